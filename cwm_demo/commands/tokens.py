"""`tokens`: how many tokens a frame of the catalogue takes, by our tokenizer and by two others.

python -m cwm_demo tokens
python -m cwm_demo tokens --json --out assets/results/tokens.json

Nothing is downloaded; `cwm_demo/evaluate/tokens.py` says which sub-word tokenizer is compared.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from cwm_demo.commands.source import print_json
from cwm_demo.evaluate.provenance import save
from cwm_demo.execution import sandbox
from cwm_demo.programs.program import load_catalogue, marked
from cwm_demo.trace.text import Tokens

SHOWN = "tally"  # its first case's longest frame is cut up for the reader


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the JSON to a file")


def main(args: argparse.Namespace) -> int:
    from cwm_demo.evaluate.tokens import Compared, Count, sub_words
    from cwm_demo.train.tokenizer import build

    others = sub_words()
    tokenizer = build()
    compared = Compared(Tokens(tokenizer), others)
    total, programs, shown = Count(), {}, None
    for program in load_catalogue().values():
        count = Count()
        for case in program.cases:
            trace = sandbox.run(marked(program.source, case.call), stdin=program.stdin, trusted=True)
            count.add(compared.count(trace))
            if program.name == SHOWN and shown is None:
                frame = max(trace.frames, key=lambda frame: len("".join(frame.delta.values())))
                shown = {"program": program.name, "call": case.call, **compared.cut(frame)}
        programs[program.name] = count.to_json()
        total.add(count)
    sizes = {"ours": tokenizer.get_vocab_size(), "characters": None, "sub-words": others.size}
    result = {"vocabulary": sizes, "sub_words": others.what, "all": total.to_json(), "programs": programs}
    data = save({**result, "example": shown}, args.out)
    if args.json:
        print_json(data)
        return 0
    print(f"{total.frames} frames; sub-words: {others.what}")
    for name, each in data["all"]["tokens_per_frame"].items():
        size = f"{sizes[name]:,} tokens to choose from" if sizes[name] else ""
        print(f"  {name:<11} {each:6.1f} tokens a frame   {size}")
    return 0
