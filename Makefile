# `make run` and `make test` set up what they need in .venv and do everything else.

PYTHON ?= python3
PORT ?= 8501
# Where pip looks for torch: empty for the default registry; a CPU-only index makes a smaller download.
TORCH_INDEX ?=
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check

.PHONY: run test lint format train train-gpu experiments results results-server bench bench-load setup setup-dev clean

run: setup
	$(PY) -m streamlit run app.py --server.port $(PORT)

test: setup-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	bash .ci/chromium
	$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: setup-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

format: setup-dev
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

train: setup
	$(PY) -m cwm_demo corpus .data/corpus
	$(PY) -m cwm_demo train all --corpus .data/corpus

# On a machine lent for minutes, with what is installed there: repeat it until it says that nothing is left.
# OUT gets the models and results in files of 15 MiB; FULL takes further options, such as --tokens 1000000.
train-gpu:
	$(PYTHON) -m cwm_demo train full --out "$(or $(OUT),.runs/out)" --stop-after $(or $(MINUTES),9) $(FULL)

# Mix, growth, budget and window with models of up to 1M parameters: hours of one core; stopped, it goes on.
experiments: setup
	$(PY) -m cwm_demo train experiments --threads 1

# Five minutes, of which the class of sixty takes half. It wants the machine for itself.
bench: setup-dev
	$(PY) -m cwm_demo bench --out assets/results/benchmarks.json --report docs/benchmarks.md

# The class alone, printed; `-m benchmarks.load --help` has its size and length.
bench-load: setup-dev
	$(PY) -m benchmarks.load

# Every figure that the README and the pages show: an hour of one core, half of it with `make -j2 results`.
# A suite that doesn't get through in its time is measured on a random sample; its file says how many.
SUITES := catalogue generated mbpp-test drills
RESULTS := bugs detection $(SUITES) verify $(SUITES:=-standard) calibration attention tokens
SECONDS_EACH ?= 540
MEASURE := OMP_NUM_THREADS=1 $(PY) -m cwm_demo
.PHONY: $(RESULTS:%=result-%)

results: $(RESULTS:%=result-%)
	$(PY) -m cwm_demo bench --out assets/results/benchmarks.json

$(SUITES:%=result-%): result-%: setup-dev
	$(MEASURE) evaluate $* --seconds $(SECONDS_EACH) --out assets/results/$*.json
# The text model is asked for values alone.
$(SUITES:%=result-%-standard): result-%-standard: setup-dev
	$(MEASURE) evaluate $* --model models/standard --out assets/results/$*-standard.json
result-bugs: setup-dev
	$(MEASURE) check --modes replay --workers 1 --out assets/results/bugs.json
# 1,500 mutants, and 60 of them imagined.
result-detection: setup-dev
	$(MEASURE) detect --seconds $(SECONDS_EACH) --out assets/results/detection.json
result-calibration: setup-dev
	$(MEASURE) calibrate --seconds 240 --out assets/results/calibration.json
result-verify: setup-dev
	$(MEASURE) verify --minutes 5 --out assets/results/verify.json
result-attention: setup-dev
	$(MEASURE) attention --out assets/results/attention.json
result-tokens: setup-dev
	$(MEASURE) tokens --out assets/results/tokens.json

SERVER_PORT ?= 8765
SERVER_OUT ?= assets/results/catalogue-server.json
SERVER_FLAGS ?=

# A result file made through an OpenAI-compatible server, of our own, with the text model in it: two minutes.
# A trial: make results-server SERVER_FLAGS='--limit 5' SERVER_OUT=/tmp/server.json
results-server: setup-dev
	$(PY) -m tests.evaluate.openai_server models/standard --port $(SERVER_PORT) & server=$$!; \
	trap "kill $$server" EXIT; \
	until $(PY) -c "import socket; socket.create_connection(('127.0.0.1', $(SERVER_PORT)))" 2>/dev/null; \
	do kill -0 $$server || exit 1; sleep 1; done; \
	$(PY) -m cwm_demo evaluate catalogue --server http://127.0.0.1:$(SERVER_PORT)/v1 --model models/standard \
	  --timeout 600 $(SERVER_FLAGS) --out $(SERVER_OUT)

setup: $(VENV)/installed
setup-dev: $(VENV)/installed-dev

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements.txt | $(VENV)/bin/python
	$(PIP) $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) "$$(sed -n 's/^\(torch==[^ ]*\).*/\1/p' requirements.txt)"
	$(PIP) -r requirements.txt
	touch $@

$(VENV)/installed-dev: tests/requirements.txt $(VENV)/installed
	$(PIP) -r tests/requirements.txt
	touch $@

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis
