"""The command line: `python -m cwm_demo COMMAND --help`.

Others script against it: commands, options and JSON are extended, never changed. Exit status 0 when the
program ran, raised or was stopped; 2 when the input can't be used (the JSON is printed all the same).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

# command: (module with add_arguments(parser) and main(args) -> exit status, one line of help).
# Modules are imported when their command runs: only those that need torch wait for it.
COMMANDS = {
    "trace": ("cwm_demo.commands.trace", "run a program and print its trace"),
    "bugs": ("cwm_demo.commands.bugs", "list the bugs that can be injected into a program"),
    "rollout": ("cwm_demo.commands.rollout", "step a program with both models' predictions and verdicts"),
    "check": ("cwm_demo.commands.check", "run every catalogue program, its bugs and its rollouts"),
    "evaluate": ("cwm_demo.commands.evaluate", "score a world model on a suite of programs"),
    "attention": ("cwm_demo.commands.attention", "measure where the world model's heads look"),
    "verify": ("cwm_demo.commands.verify", "let the world model pick among candidate programs"),
    "detect": ("cwm_demo.commands.detect", "measure how well surprise finds bugs"),
    "tokens": ("cwm_demo.commands.tokens", "count the tokens of a frame, beside other tokenizers"),
    "calibrate": ("cwm_demo.commands.calibrate", "measure how far the models' own figures can be trusted"),
    "corpus": ("cwm_demo.train.corpus", "generate the training corpus"),
    "train": ("cwm_demo.train.stages", "train the models"),
    "bench": ("cwm_demo.commands.bench", "measure what the tracer, the sandbox and a replay cost"),
    "doctor": ("cwm_demo.commands.doctor", "say which layers of the sandbox are in force"),
}


def main(argv: Sequence[str] | None = None) -> int:
    argv = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(prog="python -m cwm_demo", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module, help_line) in COMMANDS.items():
        command = commands.add_parser(name, help=help_line, description=help_line)
        if argv and argv[0] == name:
            import_module(module).add_arguments(command)
    args = parser.parse_args(argv)
    return import_module(COMMANDS[args.command][0]).main(args) or 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:  # `... | head`
        sys.exit(1)
