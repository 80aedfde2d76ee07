"""One look for every figure: readable from the back of a room, and without seeing colour.

A learner's own style sheet, `labs/figures.mplstyle`, has the last word: a line such as
``font.size: 16`` makes every figure's letters larger.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import matplotlib.style
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from workshop.places import progress_file

DPI: Final = 100

# Okabe and Ito's palette (https://jfly.uni-koeln.de/color/), which stays distinct for people who
# see red and green alike. Its yellow is left out: on white it can hardly be seen.
COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
MARKERS: Final = ("o", "s", "^", "D", "v", "P", "X")
HATCHES: Final = ("", "///", "...", "xxx", "\\\\\\", "++", "oo")
WRONG: Final = "#B03A00"  # a darker vermilion: 4.5 to 1 against white, as small text needs
QUIET: Final = "#595959"

STYLE: Final[dict[str, Any]] = {
    "figure.dpi": DPI,
    "figure.facecolor": "white",
    "font.family": "DejaVu Sans",  # ships with matplotlib, so no machine lacks it
    "font.size": 12,
    "axes.titlesize": 13,
    "axes.titlelocation": "left",
    "axes.labelsize": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": cycler(color=COLOURS),
    "grid.color": "#E3E3E3",
    "xtick.labelsize": 12,
    "ytick.labelsize": 12,
    "legend.fontsize": 12,
    "legend.frameon": False,
    "hatch.linewidth": 0.8,
    "lines.linewidth": 2,
    "lines.markersize": 6,
    "figure.constrained_layout.h_pad": 0.08,
    "figure.constrained_layout.w_pad": 0.08,
}


def style_sheet() -> Path:
    """Where a learner's own style sheet is looked for: beside the progress."""
    return progress_file().parent / "figures.mplstyle"


def frame(axes: Axes) -> None:
    """A thin frame all around, and nothing else: for a picture inside a figure."""
    axes.grid(False)
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(visible=True, color="#9A9A9A", linewidth=0.8)


@contextmanager
def figure(width: float, height: float) -> Iterator[Figure]:
    """Give an empty figure (inches) in the course's style; draw and render it inside the block.

    The learner's own ``rcParams`` neither change nor show through; their style sheet does, where
    there is one. What matplotlib cannot read in it, it names in a warning and leaves out.
    """
    own = style_sheet()
    sheets = [str(own)] if own.is_file() else []
    with matplotlib.style.context(["default", STYLE, *sheets]):
        # A hair more: matplotlib cuts 639.9999 pixels to 639.
        yield Figure(figsize=(width + 1e-6, height + 1e-6), dpi=DPI, layout="constrained")
