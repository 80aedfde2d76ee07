"""The leaderboard's commands."""

import argparse

from workshop.commands.command import Commands, refuse


def add_to(commands: Commands) -> None:
    """leaderboard, leaderboard submit, leaderboard serve."""
    sentence = "Accuracy against parameters: show, submit, serve."
    actions = Commands.of(commands.add("leaderboard", _leaderboard, sentence), "ACTION", False)
    submit = actions.add("submit", _submit, "Score a .keras file and put it on the board.")
    submit.add_argument("file", help="a file that model.save(…) has written")
    submit.add_argument("--name", required=True, help="who you are")
    submit.add_argument("--dataset", choices=("mnist", "fashion"), default="mnist")
    serve = actions.add("serve", _serve, "Show the board on a page, and take entries there.")
    serve.add_argument("--port", type=int, help="the port (default: the first free one from 8900)")
    serve.add_argument("--room", action="store_true", help="let everybody in this network in")


def _leaderboard(options: argparse.Namespace) -> int:
    from workshop.leaderboard import Leaderboard, NotABoard

    try:
        print(Leaderboard())
    except NotABoard as error:
        return refuse(str(error))
    return 0


def _submit(options: argparse.Namespace) -> int:
    from workshop.leaderboard import Leaderboard, NotABoard, RefusedEntry
    from workshop.leaderboard.table import place

    board = Leaderboard()
    try:
        entry = board.submit(options.file, name=options.name, dataset=options.dataset)
    except (RefusedEntry, NotABoard) as error:
        return refuse(str(error))
    print(place(entry, board.entries(entry.dataset, entry.digits), options.name))
    return 0


def _serve(options: argparse.Namespace) -> int:
    from workshop.leaderboard.server import serve

    return serve(options.port, room=options.room)
