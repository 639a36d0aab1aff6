"""One step of decoding by several engines, on the shipped world model: what `docs/decisions.md` chose from.

    python -m benchmarks.engines                    # minutes, most of them torch.compile's
    python -m benchmarks.engines --without compile
    TORCHINDUCTOR_CACHE_DIR=$(mktemp -d) python -m benchmarks.engines       # compiles all of it anew

`torch.compile` needs a C++ compiler. It is measured twice: on transformers' model as it is, and on the
network in few operations with the held keys and values as an argument, which ONNX Runtime is given too. Each
compiles for the first step of one token, for the first of several, and for a read from the start.

A step reads a few tokens behind 600 that are held, as a guess that rides along does. Measured are processor
seconds of this process (one thread), so that a busy machine counts little; the least of several runs.
ONNX Runtime is no requirement of ours: `pip install onnx onnxruntime` into an environment of its own, or it
is left out.
"""

from __future__ import annotations

import argparse
import io
import os
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch.nn import functional as F
from transformers import PreTrainedModel

from cwm_demo.predict.checkpoint import load
from cwm_demo.predict.forward import Feed, Lean, Transformers

MODEL = Path(__file__).parents[1] / "models" / "cwm"
HELD = 600  # tokens that stand before
STEPS = (1, 13, 100)  # new tokens: one alone, one and a guess, several frames at once
REPEAT = 9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--without", nargs="*", default=[], choices=("compile", "onnx"))
    args = parser.parse_args()
    torch.set_num_threads(1)
    model = load(MODEL).model
    lean, eager = Lean(model), Transformers(model)
    print(f"{sum(weight.numel() for weight in model.parameters()):,} parameters, {HELD} tokens held")
    _report("eager transformers", lambda new: _stepper(eager, new), lambda: _held(eager))
    _report("in few operations (forward.py)", lambda new: _stepper(lean, new), lambda: _held(lean))
    if "compile" not in args.without:
        compiled = Transformers(torch.compile(model, dynamic=True))
        compiled.model = _Compiled(compiled.model, model)
        _report("compiled, transformers", lambda new: _stepper(compiled, new), lambda: _held(compiled))
        _report("compiled, in few operations", _compiled_network(lean))
    if "onnx" not in args.without:
        try:
            _report("ONNX Runtime", _onnx(model))
        except ImportError as error:
            print(f"ONNX Runtime is not here: {error}")


def _report(
    name: str, stepper: Callable[[int], Callable[[], object]], reads: Callable[[], object] | None = None
) -> None:
    runs = [(f"{new} new", stepper, new) for new in STEPS]
    if reads is not None:
        runs.insert(0, (f"{HELD} at once", lambda _: reads, 0))
    for what, made, new in runs:
        begun = _spent()
        step = made(new)
        step()
        first = _spent() - begun
        late = f"   first after {first:.0f} s" if first > 1 else ""
        print(f"{f'{name}, {what}':<44} {_least(step):8.2f} ms{late}", flush=True)


def _spent() -> float:
    """Processor seconds of this process and of the compilers that it called and that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _least(function: Callable[[], object]) -> float:
    """Milliseconds of processor time, the least of several runs."""
    function(), function()
    times = []
    for _ in range(REPEAT):
        begun = time.process_time()
        function()
        times.append(1000 * (time.process_time() - begun))
    return min(times)


class _Compiled:
    """A compiled model that `Transformers` takes for a model."""

    def __init__(self, compiled: Callable, model: PreTrainedModel) -> None:
        self._compiled, self._model = compiled, model

    def __call__(self, **given: object) -> object:
        return self._compiled(**given)

    def __getattr__(self, name: str) -> object:
        return getattr(self._model, name)


def _ids(count: int) -> list[int]:
    return [10 + 7 * place % 900 for place in range(count)]


def _held(forward: Lean | Transformers) -> object:
    cache = forward.cache()
    forward.run([Feed(_ids(HELD), cache)])
    return cache


def _stepper(forward: Lean | Transformers, new: int) -> Callable[[], object]:
    cache = _held(forward)
    keys = torch.arange(HELD + new)
    position = keys[HELD:]
    allowed = keys <= position[:, None]

    def step() -> None:
        forward.run([Feed(_ids(new), cache, position, allowed, keys)])
        cache.forget(HELD)

    return step


class _Network(torch.nn.Module):
    """The network as one function of its held keys and values, which is what ONNX can say."""

    def __init__(self, lean: Lean) -> None:
        super().__init__()
        self.lean = lean

    def forward(self, ids, position, mask, held):  # held: (layers, 2, heads, tokens, dimension)
        net = self.lean
        heads, kv_heads, dim = net._heads, net._kv_heads, net._dim
        cos, sin = net._cos[position][:, None], net._sin[position][:, None]
        x, cache = F.embedding(ids, net._embedding), []
        for number, layer in enumerate(net._layers):
            every = (self._scaled(x, layer.before_attention) @ layer.query_key_value.T).reshape(
                -1, heads + 2 * kv_heads, dim
            )
            turned = net._rotated(every[:, : heads + kv_heads], cos, sin).transpose(0, 1)
            keys = torch.cat([held[number, 0], turned[heads:]], 1)
            values = torch.cat([held[number, 1], every[:, heads + kv_heads :].transpose(0, 1)], 1)
            cache.append(torch.stack([keys, values]))
            asked = turned[:heads].reshape(kv_heads, -1, dim)  # the heads that share keys, one after another
            scores = asked @ keys.transpose(1, 2) * dim**-0.5 + mask.repeat(heads // kv_heads, 1)
            seen = (
                (scores.softmax(-1) @ values).reshape(heads, -1, dim).transpose(0, 1).reshape(-1, heads * dim)
            )
            x = x + seen @ layer.out.T
            gate, up = (self._scaled(x, layer.before_mlp) @ layer.gate_up.T).chunk(2, -1)
            x = x + (F.silu(gate) * up) @ layer.down.T
        return self._scaled(x, net._norm) @ net._head.T, torch.stack(cache)

    def _scaled(self, x, weight):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.lean._eps) * weight


def _compiled_network(lean: Lean) -> Callable[[int], Callable[[], object]]:
    network = torch.compile(_Network(lean), dynamic=True)
    held = _stacked(lean)

    def stepper(new: int) -> Callable[[], object]:
        given = _given(new, held)

        def step() -> object:
            with torch.inference_mode():
                return network(*given)

        [plain] = lean.run([_feed(lean, new)])
        assert abs(step()[0] - plain).max() < 1e-2
        return step

    return stepper


def _stacked(lean: Lean) -> torch.Tensor:
    """What is held, as one tensor."""
    cache = _held(lean)
    pairs = zip(cache._keys, cache._values)
    return torch.stack([torch.stack([keys[:, :HELD], values[:, :HELD]]) for keys, values in pairs])


def _given(new: int, held: torch.Tensor) -> tuple[torch.Tensor, ...]:
    mask = torch.zeros(new, HELD + new)
    mask[:, HELD:] = torch.full((new, new), -1e30).triu(1)
    return torch.tensor(_ids(new)), torch.arange(HELD, HELD + new), mask, held


def _onnx(model: PreTrainedModel) -> Callable[[int], Callable[[], object]]:
    """Raises ImportError where there is no ONNX Runtime."""
    import onnx  # noqa: F401 (the exporter needs it)
    import onnxruntime

    lean = Lean(model)
    held = _stacked(lean)
    names = ["ids", "position", "mask", "held"]
    file = io.BytesIO()
    with torch.inference_mode():
        torch.onnx.export(
            _Network(lean),
            _given(13, held),
            file,
            input_names=names,
            output_names=["logits", "cache"],
            dynamic_axes={"ids": [0], "position": [0], "mask": [0, 1], "held": [3]},
            dynamo=False,
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(file.getvalue(), options, providers=["CPUExecutionProvider"])

    def stepper(new: int) -> Callable[[], object]:
        inputs = {name: tensor.numpy() for name, tensor in zip(names, _given(new, held))}
        [plain] = lean.run([_feed(lean, new)])
        assert abs(torch.from_numpy(session.run(None, inputs)[0]) - plain).max() < 1e-2
        return lambda: session.run(None, inputs)

    return stepper


def _feed(lean: Lean, new: int) -> Feed:
    keys = torch.arange(HELD + new)
    return Feed(_ids(new), _held(lean), keys[HELD:], keys <= keys[HELD:, None], keys)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
