"""The hand-made drawings: enough, all different, and read by a network that MNIST has taught."""

import numpy as np
import pytest

from workshop.data import load_mnist
from workshop.data.drawings import Drawing, all_drawings
from workshop.drawing import digit_from_strokes

DRAWINGS = all_drawings()


def seen(drawing: Drawing) -> np.ndarray:
    return digit_from_strokes(drawing.strokes, drawing.size)


def height_on_canvas(drawing: Drawing) -> float:
    points = np.concatenate([np.array(stroke) for stroke in drawing.strokes])
    return float(np.ptp(points, axis=0).max() / min(drawing.size))


def test_each_digit_is_drawn_in_at_least_twenty_ways() -> None:
    for digit in range(10):
        assert len({d.name for d in DRAWINGS if d.digit == digit}) >= 20


def test_no_two_drawings_become_the_same_picture() -> None:
    pictures = np.stack([seen(drawing).ravel() / 255 for drawing in DRAWINGS])
    gaps = np.linalg.norm(pictures[:, None] - pictures[None], axis=2)
    assert (gaps + 10 * np.eye(len(gaps))).min() > 1


def test_they_are_drawn_small_and_large_and_in_all_four_corners() -> None:
    heights = [height_on_canvas(drawing) for drawing in DRAWINGS]
    assert min(heights) < 0.15
    assert max(heights) > 0.85
    small = [d for d, height in zip(DRAWINGS, heights, strict=True) if height < 0.35]
    middles = [np.concatenate([np.array(s) for s in d.strokes]).mean(0) / d.size for d in small]
    assert {(bool(x > 0.5), bool(y > 0.5)) for x, y in middles} == {
        (right, low) for right in (False, True) for low in (False, True)
    }


def test_they_carry_as_much_ink_as_mnist(real_mnist: str) -> None:
    images = load_mnist(quiet=True)[0][0]
    drawn = np.stack([seen(drawing) for drawing in DRAWINGS])
    assert drawn.mean() == pytest.approx(images.mean(), rel=0.05)
    assert (drawn > 0).mean() == pytest.approx((images > 0).mean(), rel=0.05)
    assert (drawn > 230).mean() == pytest.approx((images > 230).mean(), rel=0.1)


@pytest.mark.slow
def test_at_least_95_of_100_are_read_rightly(real_mnist: str) -> None:
    from workshop.reader import digit_reader

    pictures = np.stack([seen(drawing) for drawing in DRAWINGS])[..., None] / 255
    read = digit_reader().predict(pictures, verbose=0).argmax(axis=1)
    wrong = [f"{d} → {r}" for d, r in zip(DRAWINGS, read, strict=True) if d.digit != r]
    print("read wrongly:", ", ".join(wrong) or "none")
    assert len(wrong) <= 0.05 * len(DRAWINGS), wrong
