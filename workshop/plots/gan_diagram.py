"""The two steps of a round between generator and discriminator, drawn one above the other."""

from __future__ import annotations

from typing import Final

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from workshop.plots import style
from workshop.plots.picture import Picture, picture

ALT: Final = (
    "Two rows of boxes. Above, the discriminator's step: noise goes through the generator, whose "
    "weights stay, and becomes false pictures; these and real digits go into the discriminator, "
    "whose weights move, so that it says real to the real ones and false to the others. Below, "
    "the generator's step: noise goes through the generator, whose weights move, and through the "
    "discriminator, whose weights stay; the aim is that it says real. No real digits take part."
)
MOVES, STAYS = "weights move", "weights stay"
HEIGHT: Final = 0.5


def gan_diagram() -> Picture:
    """Show which weights move in which step, and what each step aims at."""
    with style.figure(9, 3.9) as figure:
        axes = figure.subplots()
        axes.set(xlim=(0, 10), ylim=(-0.35, 4.1))
        axes.set_axis_off()
        _discriminator_step(axes, 2.85)
        _generator_step(axes, 0.35)
        return picture(figure, ALT)


def _discriminator_step(axes: Axes, y: float) -> None:
    axes.text(0, y + 0.95, "The discriminator's step", fontweight="bold")
    _box(axes, 0.75, y - 0.35, 1.5, "noise")
    _box(axes, 3.3, y - 0.35, 2.0, "generator", STAYS)
    _box(axes, 3.3, y + 0.45, 2.0, "real digits")
    _box(axes, 6.4, y, 2.2, "discriminator", MOVES)
    _box(axes, 9.0, y, 1.9, "says real to real,\nfalse to false", plain=True)
    _arrow(axes, (1.5, y - 0.35), (2.3, y - 0.35))
    _arrow(axes, (4.3, y - 0.35), (5.3, y - 0.12))
    _arrow(axes, (4.3, y + 0.45), (5.3, y + 0.12))
    _arrow(axes, (7.5, y), (8.05, y))


def _generator_step(axes: Axes, y: float) -> None:
    axes.text(0, y + 0.6, "The generator's step", fontweight="bold")
    _box(axes, 0.75, y, 1.5, "noise")
    _box(axes, 3.3, y, 2.0, "generator", MOVES)
    _box(axes, 6.4, y, 2.2, "discriminator", STAYS)
    _box(axes, 9.0, y, 1.9, "says real", plain=True)
    _arrow(axes, (1.5, y), (2.3, y))
    _arrow(axes, (4.3, y), (5.3, y))
    _arrow(axes, (7.5, y), (8.05, y))


def _box(
    axes: Axes, x: float, y: float, width: float, name: str, weights: str = "", plain: bool = False
) -> None:
    """A box around (x, y); what moves has a thick frame and says so."""
    moving = weights == MOVES
    if not plain:
        axes.add_patch(
            FancyBboxPatch(
                (x - width / 2, y - HEIGHT / 2), width, HEIGHT,
                boxstyle="round,pad=0,rounding_size=0.08",
                facecolor="#E1EEF7" if moving else "white",
                edgecolor=style.COLOURS[0] if moving else style.QUIET,
                linewidth=3 if moving else 1, linestyle="--" if weights == STAYS else "-",
            )
        )  # fmt: skip
    text = f"{name}\n{weights}" if weights else name
    axes.text(x, y, text, ha="center", va="center", fontsize=11, linespacing=1.15)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": "black", "lw": 1.4})
