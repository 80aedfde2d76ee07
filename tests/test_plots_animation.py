"""Animations: short, small, in words too, and at rest in the end."""

import io

import numpy as np
import pytest
from PIL import Image

from workshop import plots

WORDS = "Two squares that grow darker."


def squares(shade: float, count: int = 2) -> np.ndarray:
    return np.full((count, 28, 28, 1), shade, "float32")


@pytest.fixture
def darker() -> plots.Animation:
    return plots.animation([squares(shade) for shade in (0.0, 0.5, 1.0)], WORDS)


def test_every_frame_is_shown_and_the_last_one_longest(darker: plots.Animation) -> None:
    with Image.open(io.BytesIO(darker.gif)) as gif:
        durations = []
        for number in range(gif.n_frames):
            gif.seek(number)
            durations.append(gif.info["duration"])
    assert durations == [250, 250, 2500]


def test_it_repeats_twice_and_then_rests(darker: plots.Animation) -> None:
    with Image.open(io.BytesIO(darker.gif)) as gif:
        assert gif.info["loop"] == 2


def test_ink_gets_darker_from_frame_to_frame(darker: plots.Animation) -> None:
    with Image.open(io.BytesIO(darker.gif)) as gif:
        shades = []
        for number in range(gif.n_frames):
            gif.seek(number)
            shades.append(gif.convert("L").getpixel((10, 10)))
    assert shades[0] == 255
    assert 100 < shades[1] < 155
    assert shades[2] == 0


def test_the_sentence_is_alt_text_and_plain_text(darker: plots.Animation) -> None:
    bundle = darker._repr_mimebundle_()
    assert f'alt="{WORDS}"' in bundle["text/html"]
    assert bundle["text/plain"] == repr(darker) == WORDS


def test_the_still_is_the_last_frame_with_the_same_words(darker: plots.Animation) -> None:
    with Image.open(io.BytesIO(darker.still.png)) as still:
        assert still.size == darker.size
        assert still.convert("L").getpixel((20, 20)) == 0
    assert darker.still.alt == WORDS


def test_thirty_sheets_of_noise_stay_below_a_megabyte() -> None:
    rng = np.random.default_rng(0)
    noise = [rng.random((40, 28, 28)) for _ in range(30)]
    assert len(plots.animation(noise, "Noise.").gif) < 1_000_000


def test_no_words_no_animation() -> None:
    with pytest.raises(ValueError, match="alt text"):
        plots.animation([squares(1)], " ")


@pytest.mark.parametrize("count", [0, 61])
def test_no_frames_or_too_many_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match=f"{count} frames"):
        plots.animation([squares(1)] * count, WORDS)


def test_frames_of_different_size_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\[2, 30\]"):
        plots.animation([squares(1), squares(1, 30)], WORDS)
