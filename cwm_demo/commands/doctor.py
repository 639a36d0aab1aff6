"""`doctor`: which layers of the sandbox are in force on this machine."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def main(args: argparse.Namespace) -> int:
    from cwm_demo.execution.doctor import main as doctor

    return doctor()
