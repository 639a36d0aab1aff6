# `make run` and `make test` set up what they need in .venv and do everything else.

PYTHON ?= python3
PORT ?= 8501
# Where pip looks for torch: empty for the default registry; a CPU-only index makes a smaller download.
TORCH_INDEX ?=
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check

.PHONY: run test lint format train results bench setup setup-dev clean

run: setup
	$(PY) -m streamlit run app.py --server.port $(PORT)

test: setup-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	bash .ci/chromium
	$(PY) -m pytest

lint: setup-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

format: setup-dev
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

train: setup
	$(PY) -m cwm_demo corpus .data/corpus
	$(PY) -m cwm_demo train all --corpus .data/corpus

bench: setup-dev
	$(PY) -m cwm_demo bench

# Every figure that the README and the pages show: half an hour or so of a processor.
results: setup-dev
	$(PY) -m cwm_demo evaluate catalogue --out assets/results/catalogue.json
	$(PY) -m cwm_demo evaluate generated --out assets/results/generated.json
	$(PY) -m cwm_demo evaluate mbpp-test --out assets/results/mbpp-test.json
	$(PY) -m cwm_demo check --modes replay --out assets/results/bugs.json
	$(PY) -m cwm_demo bench --out assets/results/benchmarks.json

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
