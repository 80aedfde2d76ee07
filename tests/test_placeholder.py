"""Not attempted is told from wrong."""

import numpy as np
import pytest

from workshop.exercises.placeholder import is_placeholder


def empty(x):
    """With words."""


def bare(x): ...


def half(x):
    scaled = ...
    return scaled  # noqa: RET504


def gives_dots(x):
    return ...


def passes(x):
    pass


class Loss:
    def call(self, y):
        """Words."""


@pytest.mark.parametrize(
    "answer", [..., [1, ...], {"loss": ...}, (..., 2), empty, bare, half, gives_dots, passes, Loss]
)
def test_what_the_lab_came_with_is_a_placeholder(answer: object) -> None:
    assert is_placeholder(answer)


def slices(x):
    return x[..., None]


def fills(x):
    x[...] = 0
    return x


def gives_argument(x):
    return x


def gives_zero(x):
    return 0


def prints(x):
    print(x)


class Filled:
    def call(self, y):
        return y


@pytest.mark.parametrize(
    "answer",
    [0, None, "", np.zeros(3), slices, fills, gives_argument, gives_zero, prints, Filled, Filled()],
)
def test_an_attempt_is_not_a_placeholder(answer: object) -> None:
    assert not is_placeholder(answer)
