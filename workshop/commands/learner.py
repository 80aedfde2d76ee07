"""What a learner asks for."""

import argparse
from pathlib import Path

from workshop.commands.command import Commands, refuse


def add_to(commands: Commands) -> None:
    """lab, doctor, progress, hint, reset, bundle, restore."""
    lab = commands.add("lab", _lab, "Open the labs in JupyterLab.")
    lab.add_argument("--port", type=int, help="the port (default: the first free one from 8888)")
    lab.add_argument("--no-browser", action="store_true", help="only print the address")
    lab.add_argument(
        "--ip", default="127.0.0.1", help="0.0.0.0 in a container (default: %(default)s)"
    )
    commands.add("doctor", _doctor, "Is this machine ready? What exactly to do if not.")
    progress = commands.add("progress", _progress, "What you have solved, and what is next.")
    progress.add_argument("lab", nargs="?", help="a lab's number, such as 01 (default: all)")
    hint = commands.add("hint", _hint, "Help with one exercise.")
    hint.add_argument("exercise", help="such as 01-normalise")
    hint.add_argument("stage", nargs="?", type=int, default=1, help="1, 2, … (default: 1)")
    hint.add_argument("--solution", action="store_true", help="show an answer instead")
    reset = commands.add("reset", _reset, "Bring a lab or an exercise back to its start.")
    reset.add_argument("target", help="such as 01, 01-normalise or 01-setup")
    bundle = commands.add("bundle", _bundle, "Pack your notebooks, progress and models.")
    bundle.add_argument("file", nargs="?", type=Path, help="default: my-work-….zip beside the labs")
    restore = commands.add("restore", _restore, "Unpack a bundle; newer work here is left alone.")
    restore.add_argument("file", type=Path, help="what `workshop bundle` made")
    restore.add_argument("--overwrite", action="store_true", help="replace newer work, too")


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
        return refuse(f"there is no lab {options.lab}; there are: {known}")
    print(show_progress(options.lab))
    return 0


def _hint(options: argparse.Namespace) -> int:
    from workshop.exercises.catalogue import find_exercise

    exercise = find_exercise(options.exercise)
    if exercise is None:
        return refuse(f"there is no exercise {options.exercise}; `workshop progress` lists them.")
    print(exercise.solution() if options.solution else exercise.hint(options.stage))
    return 0


def _reset(options: argparse.Namespace) -> int:
    from workshop.authoring.reset import ResetError, reset

    try:
        print("\n".join(reset(options.target)))
    except ResetError as error:
        return refuse(str(error))
    return 0


def _bundle(options: argparse.Namespace) -> int:
    from workshop.bundle import BundleError, pack

    try:
        path = pack(options.file)
    except BundleError as error:
        return refuse(str(error))
    print(f"{path}\nDownload it, and on the other computer: workshop restore {path.name}")
    return 0


def _restore(options: argparse.Namespace) -> int:
    from workshop.bundle import BundleError, restore

    try:
        print(restore(options.file, options.overwrite))
    except BundleError as error:
        return refuse(str(error))
    return 0
