"""What runs a model: a service, and a batch."""

import argparse
from pathlib import Path

from workshop.commands.command import Commands, refuse


def add_to(commands: Commands) -> None:
    """serve."""
    serve = commands.add("serve", _serve, "Serve a model, and a page on which one draws digits.")
    serve.add_argument(
        "model", nargs="?", type=Path, help="a .keras or a frozen .onnx file (default: ours)"
    )
    serve.add_argument("--port", type=int, help="the port (default: the first free one from 8000)")
    serve.add_argument(
        "--host", default="127.0.0.1", help="0.0.0.0 lets the network in (default: %(default)s)"
    )
    serve.add_argument("--workers", type=int, default=0, help="processes (default: cores)")


def _serve(options: argparse.Namespace) -> int:
    from workshop.serving.server import CannotServe, serve

    try:
        serve(options.model, options.port, options.host, options.workers)
    except CannotServe as error:
        return refuse(str(error))
    return 0
