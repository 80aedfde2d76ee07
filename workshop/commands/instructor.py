"""What an instructor asks for."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from workshop.commands.command import Commands, refuse

if TYPE_CHECKING:  # the grader takes seconds to import
    from workshop.grading.run import Wishes


def add_to(commands: Commands) -> None:
    """grade."""
    grade = commands.add("grade", _grade, "Grade a folder or an archive of returned notebooks.")
    grade.add_argument(
        "submissions",
        nargs="*",
        type=Path,
        help="a folder or a zip archive; or `diff OLD NEW`, which compares two reports",
    )
    grade.add_argument("--out", type=Path, metavar="REPORT", help="the folder for the reports")
    grade.add_argument(
        "--roster", type=Path, metavar="FILE", help="who is who: a gradebook's export (CSV)"
    )
    grade.add_argument(
        "--only", action="append", default=[], metavar="LEARNER", help="only this one (repeatable)"
    )
    grade.add_argument("--regrade", action="store_true", help="grade again what was graded before")
    grade.add_argument(
        "--self-test", action="store_true", help="grade the course's own solutions and empty labs"
    )
    grade.add_argument(
        "--quick", action="store_true", help="with --self-test: small parameters, on the stand-in"
    )
    _add_where(grade)


def _add_where(grade: argparse.ArgumentParser) -> None:
    grade.add_argument("--jobs", type=int, default=0, help="notebooks at a time (default: cores)")
    for what, seconds in (("cell", 180), ("notebook", 1800)):
        grade.add_argument(
            f"--{what}-seconds",
            type=float,
            default=seconds,
            help=f"for one {what} (default: %(default)s)",
        )
    grade.add_argument(
        "--container",
        metavar="IMAGE",
        default="",
        help="run each notebook in podman or docker, in a container of this image of the course",
    )
    grade.add_argument(
        "--cluster",
        default="",
        metavar="ADDRESS",
        help="let a Ray cluster run the notebooks: HOST:PORT, or auto for the one around this",
    )


def _grade(options: argparse.Namespace) -> int:
    from workshop.grading.grader import NoClusterError
    from workshop.grading.journal import NotAJournalError
    from workshop.grading.reports.roster import RosterError
    from workshop.grading.room import NoRoomError

    if [str(word) for word in options.submissions[:1]] == ["diff"]:
        return _diff(*options.submissions[1:])
    if options.cluster and options.container:
        return refuse("--cluster and --container do not go together; choose one.")
    if options.quick and not options.self_test:
        return refuse("--quick goes with --self-test; submissions are graded as they are")
    try:
        return _self_tested(options) if options.self_test else _graded(options)
    except FileNotFoundError as error:
        return refuse(f"there is no {error.args[0]}")
    except (NotAJournalError, NoClusterError, RosterError) as error:
        return refuse(str(error))
    except NoRoomError as error:
        return refuse(f"this machine cannot run notebooks for grading: {error}")


def _graded(options: argparse.Namespace) -> int:
    from workshop.grading.run import grade_folder

    if len(options.submissions) != 1 or options.out is None:
        return refuse(
            "say what to grade and where to: workshop grade FOLDER --out REPORT\n"
            "Or which two reports to compare: workshop grade diff OLD NEW"
        )
    grades = grade_folder(options.submissions[0], options.out, _wishes(options))
    print(f"{len(grades)} submissions; open {options.out / 'class.html'}")
    print(f"The grades are in {options.out / 'grades.csv'}")
    return 0


def _self_tested(options: argparse.Namespace) -> int:
    from workshop.grading.self_test import self_test

    problems = self_test(_wishes(options), options.quick)
    print("\n".join(problems) or "The grader grades the course itself as it should.")
    return 1 if problems else 0


def _wishes(options: argparse.Namespace) -> "Wishes":
    from workshop.grading.containers import identity_of
    from workshop.grading.reports.roster import EMPTY, read_roster
    from workshop.grading.room import Limits
    from workshop.grading.run import Wishes

    limits = Limits(
        cell_seconds=options.cell_seconds,
        notebook_seconds=options.notebook_seconds,
        container=identity_of(options.container) if options.container else "",
    )
    return Wishes(
        jobs=options.jobs,
        only=tuple(options.only),
        regrade=options.regrade,
        limits=limits,
        cluster=options.cluster,
        roster=read_roster(options.roster) if options.roster else EMPTY,
    )


def _diff(*reports: Path) -> int:
    from workshop.grading.reports.difference import NotAReportError, difference

    if len(reports) != 2:
        return refuse("two reports are compared: workshop grade diff OLD NEW")
    try:
        found = difference(*reports)
    except NotAReportError as error:
        return refuse(str(error))
    print(found)
    return 1 if found.lines else 0
