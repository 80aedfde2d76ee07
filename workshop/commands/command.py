"""What every subcommand has: a name, a sentence, what it runs, and a way to say no."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass

Run = Callable[[argparse.Namespace], int]
"""Options → the exit status."""


@dataclass(frozen=True)
class Commands:
    """The subcommands of a parser."""

    parsers: "argparse._SubParsersAction[argparse.ArgumentParser]"

    @classmethod
    def of(cls, parser: argparse.ArgumentParser, word: str, required: bool) -> "Commands":
        """A parser's own subcommands, which its help calls `word`."""
        return cls(parser.add_subparsers(required=required, metavar=word))

    def add(self, name: str, run: Run, sentence: str) -> argparse.ArgumentParser:
        """One more; its arguments are added to what comes back."""
        command = self.parsers.add_parser(name, help=sentence, description=sentence)
        command.set_defaults(run=run)
        return command


def refuse(message: str) -> int:
    """Say in one or two sentences why not, and what to do; the exit status."""
    print(f"workshop: {message}", file=sys.stderr)
    return 2
