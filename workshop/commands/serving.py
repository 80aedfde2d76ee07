"""What runs a model: a service, and a batch."""

import argparse
from pathlib import Path

from workshop.commands.command import Commands, refuse


def add_to(commands: Commands) -> None:
    """serve, score."""
    serve = commands.add("serve", _serve, "Serve a model, and a page on which one draws digits.")
    serve.add_argument(
        "model", nargs="?", type=Path, help="a .keras or a frozen .onnx file (default: ours)"
    )
    serve.add_argument("--port", type=int, help="the port (default: the first free one from 8000)")
    serve.add_argument(
        "--host", default="127.0.0.1", help="0.0.0.0 lets the network in (default: %(default)s)"
    )
    serve.add_argument("--workers", type=int, default=0, help="processes (default: cores)")
    sentence = "Score many pictures into a database; run it again to go on."
    score = commands.add("score", _score, sentence)
    score.add_argument("source", type=Path, help="a folder of PNG and JPEG, an .npz or a .parquet")
    score.add_argument(
        "model", nargs="?", type=Path, help="a .keras or a frozen .onnx file (default: ours)"
    )
    score.add_argument(
        "--to",
        default="sqlite:///predictions.db",
        metavar="URL",
        help="or postgresql://USER@HOST/DATABASE (default: %(default)s)",
    )
    score.add_argument(
        "--chunk", type=int, default=1000, help="items in one transaction (default: %(default)s)"
    )
    score.add_argument("--key", default="", help="the array or column that holds the pictures")
    score.add_argument(
        "--report", type=Path, metavar="FILE", help="write all predictions to a Parquet file, too"
    )


def _serve(options: argparse.Namespace) -> int:
    from workshop.serving.server import CannotServe, serve

    try:
        serve(options.model, options.port, options.host, options.workers)
    except CannotServe as error:
        return refuse(str(error))
    return 0


def _score(options: argparse.Namespace) -> int:
    try:
        from workshop.scoring.command import score_command
        from workshop.scoring.item import ScoringError
    except ImportError as error:
        from workshop.serving.model import HOW_TO_INSTALL

        return refuse(f"{error.name} is not installed. {HOW_TO_INSTALL}")
    try:
        return score_command(
            options.source,
            options.model,
            options.to,
            chunk=options.chunk,
            key=options.key,
            report=options.report,
        )
    except ScoringError as error:
        return refuse(str(error))
