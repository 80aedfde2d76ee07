"""What a maintainer asks for."""

import argparse

from workshop.commands.command import Commands, refuse


def add_to(commands: Commands) -> None:
    """build, verify."""
    build = commands.add("build", _build, "Make labs, solutions and skeleton from their sources.")
    build.add_argument("--all", action="store_true", help="run every solution, changed or not")
    build.add_argument("--no-execute", action="store_true", help="do not run solutions")
    verify = commands.add("verify", _verify, "Prove that the whole curriculum still holds.")
    verify.add_argument("--quick", action="store_true", help="read everything, run nothing")


def _build(options: argparse.Namespace) -> int:
    from workshop.authoring.build import BuildError, build
    from workshop.regions import RegionError
    from workshop.source import SourceError

    try:
        build(execute_all=options.all, execute=not options.no_execute)
    except (BuildError, SourceError, RegionError) as error:
        return refuse(str(error))
    return 0


def _verify(options: argparse.Namespace) -> int:
    from workshop.authoring.verify import report, verify

    problems = verify(rehearsals=not options.quick)
    print(report(problems))
    return 1 if problems else 0
