"""Accuracy against parameters, and the front: the best that each size has reached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from matplotlib.axes import Axes

from workshop.leaderboard.entry import TITLES, Entry
from workshop.plots import Picture, picture, style

MOST_NAMES: Final = 16
ERRORS: Final = (90, 60, 40, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)
SIZES: Final = tuple(step * 10**power for power in range(8) for step in (1, 2, 5))
PLACES: Final = (
    ((7, 4), "left", "bottom"),
    ((-7, 4), "right", "bottom"),
    ((7, -4), "left", "top"),
    ((-7, -4), "right", "top"),
    ((0, 10), "center", "bottom"),
    ((0, -10), "center", "top"),
)


def draw_board(entries: Sequence[Entry], *, narrow: bool = False) -> Picture:
    """Draw the entries of one board.

    Errors are on a logarithmic axis, so that the step from 99 to 99.5 % is as high as the one from
    98 to 99 %: both leave half of the errors.

    Args:
        entries: of one board, best first, as `Leaderboard.entries` gives them.
        narrow: for a telephone: upright, and with fewer names.

    Raises:
        ValueError: if there is none.
    """
    if not entries:
        raise ValueError("There is no entry yet, so there is nothing to draw.")
    front = sorted((e for e in entries if e.on_front), key=lambda e: e.parameters)
    others = [e for e in entries if not e.on_front]
    with style.figure(*(4.2, 4.6) if narrow else (8, 5)) as figure:
        axes = figure.subplots()
        axes.set(xscale="log", yscale="log", title=_title(entries))
        axes.set(xlabel="parameters (logarithmic)", ylabel="accuracy")
        _frame(axes, entries, 4 if narrow else 6)
        _draw_front(axes, front)
        if others:
            points = [_point(e) for e in others]
            axes.plot(
                *zip(*points, strict=True), "o", markersize=7, markerfacecolor="white",
                markeredgecolor=style.QUIET, label="beaten",
            )  # fmt: skip
        if len(entries) > 1:
            axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, fontsize=11)
            axes.set_title(_title(entries), pad=32)
        _write_names(axes, [*front, *others], MOST_NAMES // 2 if narrow else MOST_NAMES)
        return picture(figure, alt_text(entries))


def alt_text(entries: Sequence[Entry]) -> str:
    """What the picture shows, in sentences: the whole front and how many are behind it."""
    front = sorted((e for e in entries if e.on_front), key=lambda e: e.parameters)
    told = "; ".join(f"{e.name}, {e.parameters:,} parameters: {e.accuracy:.2f} %" for e in front)
    behind = len(entries) - len(front)
    rest = f" Behind it: {behind} more." if behind else ""
    return (
        f"{_title(entries)}: accuracy against number of parameters, {len(entries)} "
        f"{'entry' if len(entries) == 1 else 'entries'}. On the front, from small to large: "
        f"{told}.{rest}"
    )


def _title(entries: Sequence[Entry]) -> str:
    return TITLES[entries[0].dataset, entries[0].digits]


def _point(entry: Entry) -> tuple[float, float]:
    """Parameters and errors in %. Where nothing is wrong, half an error is drawn."""
    wrong = max(entry.seen - entry.right, 0.5)
    return max(entry.parameters, 1), 100 * wrong / entry.seen


def _frame(axes: Axes, entries: Sequence[Entry], most: int) -> None:
    """Limits with room for names, ticks that read as accuracies, and at most so many sizes."""
    across, up = zip(*(_point(e) for e in entries), strict=True)
    axes.set_xlim(min(across) / 3, max(across) * 6)
    axes.set_ylim(min(100.0, max(up) * 1.7), min(up) / 1.7)  # fewer errors are higher
    bottom, top = axes.get_ylim()
    ticks = [error for error in ERRORS if top <= error <= bottom]
    axes.set_yticks(ticks, [f"{100 - error:g} %" for error in ticks])
    axes.set_yticks([], minor=True)
    left, right = axes.get_xlim()
    sizes = [size for size in SIZES if left <= size <= right]
    sizes = sizes if len(sizes) <= most else [s for s in sizes if str(s).startswith("1")]
    axes.set_xticks(sizes, [_short(size) for size in sizes])
    axes.set_xticks([], minor=True)


def _short(size: int) -> str:
    """1,000,000 as 1M, 20,000 as 20k."""
    if size >= 1_000_000:
        return f"{size // 1_000_000}M"
    return f"{size // 1000}k" if size >= 1000 else str(size)


def _draw_front(axes: Axes, front: list[Entry]) -> None:
    across, up = zip(*(_point(e) for e in front), strict=True)
    axes.plot(
        [across[0], *across, axes.get_xlim()[1]],
        [axes.get_ylim()[0], *up, up[-1]],
        drawstyle="steps-post",
        color=style.COLOURS[0],
        alpha=0.6,
    )
    axes.plot(
        across, up, "*", markersize=15, color=style.COLOURS[0], label="the front", clip_on=False
    )


def _write_names(axes: Axes, entries: list[Entry], most: int) -> None:
    """Write the first names beside their points, where they cover no other name and no point.

    Where there is no such place, the name is left out: it stands in the table.
    """
    figure = axes.figure
    figure.draw_without_rendering()  # type: ignore[union-attr]
    points = [axes.transData.transform(_point(e)) for e in entries]
    taken: list[Any] = []
    for entry in entries[:most]:
        for offset, across, up in PLACES:
            text = axes.annotate(
                entry.name, _point(entry), xytext=offset, textcoords="offset points",
                ha=across, va=up, fontsize=11, annotation_clip=False,
            )  # fmt: skip
            text.set_in_layout(False)  # a name must not move the axes that it was fitted to
            box = text.get_window_extent().padded(4)
            free = not any(box.overlaps(other) for other in taken)
            inside = axes.bbox.x0 <= box.x0 and box.x1 <= axes.bbox.x1
            if free and inside and not any(box.contains(*point) for point in points):
                taken.append(box)
                break
            text.remove()
