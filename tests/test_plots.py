"""A picture holds its pixels and its sentence, and shows both wherever it is looked at."""

import html
import io
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from workshop import plots
from workshop.plots.style import style_sheet


@pytest.fixture
def shown() -> plots.Picture:
    return plots.bars([3, 1, 2], title='Counts of "a" & <b>')


def chunks(png: bytes) -> set[bytes]:
    found, at = set(), 8
    while at < len(png):
        found.add(png[at + 4 : at + 8])
        at += 12 + int.from_bytes(png[at : at + 4])
    return found


def test_plain_text_is_the_sentence_itself(shown: plots.Picture) -> None:
    assert shown._repr_mimebundle_()["text/plain"] == shown.alt == repr(shown)


def test_html_carries_the_pixels_and_the_escaped_sentence(shown: plots.Picture) -> None:
    text = shown._repr_mimebundle_()["text/html"]
    assert f'alt="{html.escape(shown.alt)}"' in text
    assert '"a"' not in text
    assert "data:image/png;base64," in text


def test_the_size_in_the_page_is_the_size_of_the_image(shown: plots.Picture) -> None:
    assert Image.open(io.BytesIO(shown.png)).size == shown.size
    assert f'width="{shown.size[0]}" height="{shown.size[1]}"' in shown.html


def test_there_is_no_png_beside_the_html(shown: plots.Picture) -> None:
    assert set(shown._repr_mimebundle_()) == {"text/html", "text/plain"}


def test_the_same_data_gives_the_same_bytes_without_date_or_program() -> None:
    first, second = (plots.histogram(np.arange(100), title="Twice") for _ in range(2))
    assert first.png == second.png
    assert chunks(first.png) <= {b"IHDR", b"PLTE", b"IDAT", b"IEND"}


def test_the_background_is_white_in_every_corner(shown: plots.Picture) -> None:
    pixels = np.asarray(Image.open(io.BytesIO(shown.png)).convert("RGB"))
    assert (pixels[[0, 0, -1, -1], [0, -1, 0, -1]] == 255).all()


def test_a_picture_is_saved_whole(shown: plots.Picture, tmp_path: Path) -> None:
    assert shown.save(tmp_path / "bars.png").read_bytes() == shown.png
    assert [path.name for path in tmp_path.iterdir()] == ["bars.png"]


def test_a_figure_of_ones_own_needs_a_sentence() -> None:
    assert plots.picture(Figure(), "An empty figure.").alt == "An empty figure."
    with pytest.raises(ValueError, match="no alt text"):
        plots.picture(Figure(), "  ")


def test_the_learners_settings_neither_change_nor_show_through() -> None:
    plain = plots.bars([1, 2])
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "black"}):
        before = dict(mpl.rcParams)
        assert plots.bars([1, 2]).png == plain.png
        assert dict(mpl.rcParams) == before


def test_the_learners_own_style_sheet_has_the_last_word() -> None:
    plain = plots.bars([1, 2])
    style_sheet().write_text("font.size: 20\nxtick.labelsize: 20\n")
    assert plots.bars([1, 2]).png != plain.png
    style_sheet().unlink()
    assert plots.bars([1, 2]).png == plain.png


def test_nonsense_in_a_style_sheet_is_named_and_left_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    plain = plots.bars([1, 2])
    style_sheet().write_text("font.size: enormous\nno.such.thing: 3\n")
    assert plots.bars([1, 2]).png == plain.png
    assert "enormous" in caplog.text


def test_importing_plots_does_not_import_keras_or_a_window_toolkit() -> None:
    code = (
        "import sys; from workshop import plots; "
        "print([m for m in ('keras', 'tensorflow', 'matplotlib.pyplot') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_an_unknown_figure_is_named_in_the_error() -> None:
    with pytest.raises(AttributeError, match="pie"):
        _ = plots.pie
