"""Fetch the digits once, for every notebook to come: `python -m workshop.data`.

What builds an image or a Binder session runs this, so that a lab needs no network later. Real
digits are verified and kept beside Keras's, also those that MNIST_NPZ names; without them the
stand-in is made and kept.
"""

import sys

from workshop.data import BrokenData, load_mnist, mnist_source
from workshop.data.cache import content_of, keep
from workshop.data.dataset import MNIST


def main() -> int:
    """Fetch and keep; the exit status."""
    try:
        load_mnist()
        source = mnist_source()
        kept = source.path
        if source.kind == "file" and source.path:
            kept = keep(MNIST.files[0], content_of(source.path))
    except BrokenData as problem:
        print(f"workshop.data: {problem}", file=sys.stderr)
        return 1
    if kept is None:
        print("workshop.data: kept nowhere; no folder can be written to.", file=sys.stderr)
        return 1
    print(f"Kept: {kept}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
