"""The `workshop` command: one subcommand for each thing that a person does."""

import argparse
import sys
from io import TextIOWrapper

from workshop.commands import instructor, leaderboard, learner, maintainer, serving
from workshop.commands.command import Commands, Run


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit status."""
    if isinstance(sys.stdout, TextIOWrapper):  # a Windows pipe knows no glyphs
        sys.stdout.reconfigure(errors="replace")
    options = parser().parse_args(arguments)
    run: Run = options.run
    return run(options)


def parser() -> argparse.ArgumentParser:
    """What the command line understands."""
    top = argparse.ArgumentParser(prog="workshop", description=__doc__)
    commands = Commands.of(top, "COMMAND", required=True)
    for people in (learner, serving, instructor, leaderboard, maintainer):
        people.add_to(commands)
    return top
