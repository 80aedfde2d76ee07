"""Seven services around one network, for lab 11's skew hunt.

What each does to its pictures is the riddle. Whoever reads on has looked at the last page first.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Network = Callable[[NDArray[np.float32]], Any]
Service = Callable[[NDArray[np.uint8]], NDArray[np.float64]]


def suspicious_services(network: Network) -> dict[str, Service]:
    """Services by their letters.

    Args:
        network: (n, 28, 28, 1) float32 → (n, 10) probabilities; trained on 0…1.

    Returns:
        {"A": service, …}: each takes (n, 28, 28) uint8 and answers with (n, 10) probabilities.
    """

    def served(change: Callable[[NDArray[Any]], NDArray[Any]]) -> Service:
        def service(pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
            changed = change(pictures.astype(np.float32) / 255)
            return np.asarray(network(changed[..., None].astype(np.float32)), np.float64)

        return service

    changes: list[Callable[[NDArray[Any]], NDArray[Any]]] = [
        lambda ink: ink.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).repeat(2, 1).repeat(2, 2),
        lambda ink: ink.transpose(0, 2, 1),
        lambda ink: ink,
        lambda ink: np.roll(ink, 1, axis=2),
        lambda ink: ink * 255,
        lambda ink: ink > 0.5,
        lambda ink: 1 - ink,
    ]
    return {letter: served(change) for letter, change in zip("ABCDEFG", changes, strict=True)}
