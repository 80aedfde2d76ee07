"""Animations and film strips: short, small, in words too, and at rest in the end."""

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


def test_a_strip_has_a_column_for_each_moment_and_a_row_for_each_image() -> None:
    frames = [squares(shade, 3) for shade in (0.2, 0.6, 0.4, 1.0)]
    wide = plots.film_strip(frames, ["1", "2", "3", "4"], WORDS)
    tall = plots.film_strip([squares(1, 6)] * 4, ["1", "2", "3", "4"], WORDS)
    assert wide.alt == WORDS
    assert tall.size[1] > 1.5 * wide.size[1]


def test_empty_paper_on_a_strip_has_a_frame() -> None:
    strip = plots.film_strip([squares(0)] * 2, ["", ""], WORDS)
    with Image.open(io.BytesIO(strip.png)) as image:
        assert image.convert("L").getextrema()[0] < 200


@pytest.mark.parametrize(
    ("frames", "names", "said"),
    [
        ([], [], "nothing to show"),
        ([squares(1)], ["1", "2"], "1 frames and 2 names"),
        ([squares(1), squares(1, 3)], ["1", "2"], r"\[2, 3\]"),
    ],
)
def test_a_strip_that_does_not_fit_is_refused(
    frames: list[np.ndarray], names: list[str], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        plots.film_strip(frames, names, WORDS)


def test_the_diagram_of_a_gan_says_whose_weights_move() -> None:
    diagram = plots.gan_diagram()
    assert diagram.size[0] >= 800
    assert "No real digits take part" in diagram.alt
