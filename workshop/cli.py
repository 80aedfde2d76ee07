"""The `workshop` command: one subcommand for each thing that a person does."""

import argparse
import sys
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path

Command = Callable[[argparse.Namespace], int]


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit status."""
    if isinstance(sys.stdout, TextIOWrapper):  # a Windows pipe knows no glyphs
        sys.stdout.reconfigure(errors="replace")
    options = _parser().parse_args(arguments)
    command: Command = options.run
    return command(options)


def _lab(options: argparse.Namespace) -> int:
    from workshop.launch import launch_lab

    return launch_lab(options.port, False if options.no_browser else None, options.ip)


def _doctor(options: argparse.Namespace) -> int:
    from workshop.doctor import doctor

    report = doctor()
    print(report)
    return 1 if report.problems else 0


def _progress(options: argparse.Namespace) -> int:
    from workshop.exercises.catalogue import parts_with_exercises
    from workshop.exercises.overview import show_progress

    if options.lab and options.lab not in parts_with_exercises():
        known = ", ".join(parts_with_exercises())
        return _refuse(f"there is no lab {options.lab}; there are: {known}")
    print(show_progress(options.lab))
    return 0


def _hint(options: argparse.Namespace) -> int:
    from workshop.exercises.catalogue import find_exercise

    exercise = find_exercise(options.exercise)
    if exercise is None:
        return _refuse(f"there is no exercise {options.exercise}; `workshop progress` lists them.")
    print(exercise.solution() if options.solution else exercise.hint(options.stage))
    return 0


def _reset(options: argparse.Namespace) -> int:
    from workshop.authoring.reset import ResetError, reset

    try:
        print("\n".join(reset(options.target)))
    except ResetError as error:
        return _refuse(str(error))
    return 0


def _bundle(options: argparse.Namespace) -> int:
    from workshop.bundle import BundleError, pack

    try:
        path = pack(options.file)
    except BundleError as error:
        return _refuse(str(error))
    print(f"{path}\nDownload it, and on the other computer: workshop restore {path.name}")
    return 0


def _restore(options: argparse.Namespace) -> int:
    from workshop.bundle import BundleError, restore

    try:
        print(restore(options.file, options.overwrite))
    except BundleError as error:
        return _refuse(str(error))
    return 0


def _build(options: argparse.Namespace) -> int:
    from workshop.authoring.build import BuildError, build
    from workshop.regions import RegionError
    from workshop.source import SourceError

    try:
        build(execute_all=options.all, execute=not options.no_execute)
    except (BuildError, SourceError, RegionError) as error:
        return _refuse(str(error))
    return 0


def _verify(options: argparse.Namespace) -> int:
    from workshop.authoring.verify import report, verify

    problems = verify(rehearsals=not options.quick)
    print(report(problems))
    return 1 if problems else 0


def _leaderboard(options: argparse.Namespace) -> int:
    from workshop.leaderboard import Leaderboard, NotABoard

    try:
        print(Leaderboard())
    except NotABoard as error:
        return _refuse(str(error))
    return 0


def _submit(options: argparse.Namespace) -> int:
    from workshop.leaderboard import Leaderboard, NotABoard, RefusedEntry
    from workshop.leaderboard.table import place

    board = Leaderboard()
    try:
        entry = board.submit(options.file, name=options.name, dataset=options.dataset)
    except (RefusedEntry, NotABoard) as error:
        return _refuse(str(error))
    print(place(entry, board.entries(entry.dataset, entry.digits), options.name))
    return 0


def _serve(options: argparse.Namespace) -> int:
    from workshop.leaderboard.server import serve

    return serve(options.port, room=options.room)


def _serve_model(options: argparse.Namespace) -> int:
    from workshop.serving.server import CannotServe, serve

    try:
        serve(options.model, options.port, options.host, options.workers)
    except CannotServe as error:
        return _refuse(str(error))
    return 0


def _grade(options: argparse.Namespace) -> int:
    from workshop.grading.house import NoRoomError
    from workshop.grading.journal import NotAJournalError
    from workshop.grading.room import Limits
    from workshop.grading.run import Wishes, grade_folder
    from workshop.grading.self_test import self_test

    limits = Limits(cell_seconds=options.cell_seconds, notebook_seconds=options.notebook_seconds)
    wishes = Wishes(options.jobs, tuple(options.only), options.regrade, limits)
    try:
        if options.self_test:
            problems = self_test(wishes)
            print("\n".join(problems) or "The grader grades the course itself as it should.")
            return 1 if problems else 0
        if options.submissions is None or options.out is None:
            return _refuse("say what to grade and where to: workshop grade FOLDER --out REPORT")
        grades = grade_folder(options.submissions, options.out, wishes)
    except FileNotFoundError as error:
        return _refuse(f"there is no {error.args[0]}")
    except NotAJournalError as error:
        return _refuse(str(error))
    except NoRoomError as error:
        return _refuse(f"this machine cannot run notebooks for grading: {error}")
    print(f"{len(grades)} submissions; the grades are in {options.out / 'grades.csv'}")
    return 0


def _refuse(message: str) -> int:
    print(f"workshop: {message}", file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="workshop", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Command, sentence: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=sentence, description=sentence)
        command.set_defaults(run=run)
        return command

    lab = add("lab", _lab, "Open the labs in JupyterLab.")
    lab.add_argument("--port", type=int, help="the port (default: the first free one from 8888)")
    lab.add_argument("--no-browser", action="store_true", help="only print the address")
    lab.add_argument(
        "--ip", default="127.0.0.1", help="0.0.0.0 in a container (default: %(default)s)"
    )
    add("doctor", _doctor, "Is this machine ready? What exactly to do if not.")
    progress = add("progress", _progress, "What you have solved, and what is next.")
    progress.add_argument("lab", nargs="?", help="a lab's number, such as 01 (default: all)")
    hint = add("hint", _hint, "Help with one exercise.")
    hint.add_argument("exercise", help="such as 01-normalise")
    hint.add_argument("stage", nargs="?", type=int, default=1, help="1, 2, … (default: 1)")
    hint.add_argument("--solution", action="store_true", help="show an answer instead")
    reset = add("reset", _reset, "Bring a lab or an exercise back to its start.")
    reset.add_argument("target", help="such as 01, 01-normalise or 01-setup")
    bundle = add("bundle", _bundle, "Pack your notebooks, progress and models into one file.")
    bundle.add_argument("file", nargs="?", type=Path, help="default: my-work-….zip beside the labs")
    restore = add("restore", _restore, "Unpack a bundle; newer work here is left alone.")
    restore.add_argument("file", type=Path, help="what `workshop bundle` made")
    restore.add_argument("--overwrite", action="store_true", help="replace newer work, too")
    build = add("build", _build, "Make labs, solutions and skeleton from their sources.")
    build.add_argument("--all", action="store_true", help="run every solution, changed or not")
    build.add_argument("--no-execute", action="store_true", help="do not run solutions")
    verify = add("verify", _verify, "Prove that the whole curriculum still holds.")
    verify.add_argument("--quick", action="store_true", help="read everything, run nothing")
    grade = add("grade", _grade, "Grade a folder or an archive of returned notebooks.")
    grade.add_argument("submissions", nargs="?", type=Path, help="a folder or a zip archive")
    grade.add_argument("--out", type=Path, metavar="REPORT", help="the folder for the reports")
    grade.add_argument("--jobs", type=int, default=0, help="notebooks at a time (default: cores)")
    grade.add_argument(
        "--only", action="append", default=[], metavar="LEARNER", help="only this one (repeatable)"
    )
    for what, seconds in (("cell", 180), ("notebook", 1800)):
        grade.add_argument(
            f"--{what}-seconds",
            type=float,
            default=seconds,
            help=f"for one {what} (default: %(default)s)",
        )
    grade.add_argument("--regrade", action="store_true", help="grade again what was graded before")
    grade.add_argument(
        "--self-test", action="store_true", help="grade the course's own solutions and empty labs"
    )
    server = add("serve", _serve_model, "Serve a model, and a page on which one draws digits.")
    server.add_argument(
        "model", nargs="?", type=Path, help="a .keras or a frozen .onnx file (default: ours)"
    )
    server.add_argument("--port", type=int, help="the port (default: the first free one from 8000)")
    server.add_argument(
        "--host", default="127.0.0.1", help="0.0.0.0 lets the network in (default: %(default)s)"
    )
    server.add_argument("--workers", type=int, default=0, help="processes (default: cores)")
    board = add("leaderboard", _leaderboard, "Accuracy against parameters: show, submit, serve.")
    actions = board.add_subparsers(metavar="ACTION")
    submit = actions.add_parser("submit", help="Score a .keras file and put it on the board.")
    submit.set_defaults(run=_submit)
    submit.add_argument("file", help="a file that model.save(…) has written")
    submit.add_argument("--name", required=True, help="who you are")
    submit.add_argument("--dataset", choices=("mnist", "fashion"), default="mnist")
    serve = actions.add_parser("serve", help="Show the board on a page, and take entries there.")
    serve.set_defaults(run=_serve)
    serve.add_argument("--port", type=int, help="the port (default: the first free one from 8900)")
    serve.add_argument("--room", action="store_true", help="let everybody in this network in")
    return parser
