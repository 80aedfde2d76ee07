"""A model drawn as boxes and arrows, with Graphviz or without."""

from __future__ import annotations

import io
import shutil
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from PIL import Image

from workshop.plots import style
from workshop.plots.picture import Picture, picture, small_png

INSTALL: Final = {
    "linux": "sudo apt-get install graphviz",
    "darwin": "brew install graphviz",
    "win32": "winget install graphviz",
}


WIDE: Final = 0.46  # half of a box, where boxes of a row lie 1 apart
HIGH: Final = 0.28


@dataclass(frozen=True)
class Box:
    """One layer: its name, its kind, its output shape as text, its parameters, what it reads."""

    name: str
    kind: str
    shape: str
    parameters: int
    sources: tuple[str, ...]


def model_diagram(model: Any, *, show_shapes: bool = True) -> Picture:
    """Show the layers of a Keras model, from input to output.

    Graphviz draws it where it is installed; matplotlib where it is not, and then one line is
    printed that says how to install it. No file is left behind.

    Raises:
        ValueError: if the model has no shapes yet.
    """
    boxes = read_boxes(model)
    alt = _alt(model, boxes, show_shapes)
    drawn = _with_graphviz(model, alt, show_shapes)
    if drawn is not None:
        return drawn
    print(f"Drawn with matplotlib, because {_why_no_graphviz()}")
    return _with_matplotlib(boxes, alt, show_shapes)


def _why_no_graphviz() -> str:
    if find_spec("pydot") is None:
        return "pydot is missing. To install it: pip install pydot"
    if shutil.which("dot") is None:
        command = INSTALL.get(sys.platform, "see https://graphviz.org/download/")
        return f"Graphviz is missing. To install it: {command}"
    return "Graphviz is installed but fails. To see why, type in a terminal: dot -v"


def read_boxes(model: Any) -> list[Box]:
    """Return the layers in order, each with the names of the layers that it reads."""
    if not model.built or not model.layers:
        raise ValueError(
            "This model has no shapes yet. Begin it with keras.Input(shape), or call it on a batch."
        )
    sources = _sources(model)
    boxes = [
        Box(
            layer.name,
            type(layer).__name__,
            _shape(layer),
            int(layer.count_params()),
            sources.get(layer.name, ()),
        )
        for layer in model.layers
    ]
    if boxes[0].kind != "InputLayer" and not boxes[0].sources and getattr(model, "inputs", None):
        shape = " and ".join(_size(tensor.shape) for tensor in model.inputs)
        start = Box("input", "Input", shape, 0, ())
        first = Box(boxes[0].name, boxes[0].kind, boxes[0].shape, boxes[0].parameters, ("input",))
        return [start, first, *boxes[1:]]
    return boxes


def _sources(model: Any) -> dict[str, tuple[str, ...]]:
    """Return, by layer, the layers it reads: from the model's public configuration."""
    import keras

    if isinstance(model, keras.Sequential):
        names = [layer.name for layer in model.layers]
        return {after: (before,) for before, after in pairwise(names)}
    try:
        described = model.get_config().get("layers", [])
    except NotImplementedError:  # a layer of the learner's own, without get_config
        described = []
    return {
        layer["name"]: tuple(dict.fromkeys(_histories(layer["inbound_nodes"])))
        for layer in described
        if "inbound_nodes" in layer
    }


def _histories(part: Any) -> list[str]:
    if isinstance(part, dict):
        found = [part["keras_history"][0]] if "keras_history" in part else []
        return found + [name for value in part.values() for name in _histories(value)]
    if isinstance(part, list | tuple):
        return [name for value in part for name in _histories(value)]
    return []


def _shape(layer: Any) -> str:
    try:
        outputs = layer.output
    except (AttributeError, ValueError):  # a layer that was called twice has no one output
        return ""
    tensors = outputs if isinstance(outputs, list | tuple) else [outputs]
    return " and ".join(_size(tensor.shape) for tensor in tensors)


def _size(shape: tuple[int | None, ...]) -> str:
    """Return the shape of one example, e.g. 28×28×1."""
    return "×".join("?" if size is None else str(size) for size in shape[1:]) or "1"


def _with_graphviz(model: Any, alt: str, show_shapes: bool) -> Picture | None:
    try:
        import pydot
    except ImportError:
        return None
    from keras.utils import model_to_dot

    graph = model_to_dot(model, show_shapes=show_shapes, show_layer_names=True, dpi=80)
    graph.set("pad", "0.15")
    try:
        png = graph.create_png()
    except (OSError, AssertionError, pydot.PydotException):  # no dot, or one that fails
        return None
    return Picture(small_png(Image.open(io.BytesIO(png)).convert("RGB")), alt)


def _with_matplotlib(boxes: list[Box], alt: str, show_shapes: bool) -> Picture:
    rows = _rows(boxes)
    places: dict[str, tuple[float, float]] = {}
    for depth in range(max(rows.values()) + 1):
        names = [name for name in rows if rows[name] == depth]
        for index, name in enumerate(names):
            places[name] = (index - (len(names) - 1) / 2, -float(depth))
    across = [x for x, _ in places.values()]
    left, right, deep = min(across) - 0.6, max(across) + 0.6, max(rows.values())
    with style.figure(3.7 * (right - left), 1.05 * deep + 0.9) as figure:
        axes = figure.subplots()
        axes.axis("off")
        axes.set(xlim=(left, right), ylim=(-deep - 0.4, 0.4))
        for box in boxes:
            x, y = places[box.name]
            corner = (x - WIDE, y - HIGH)
            axes.add_patch(
                Rectangle(
                    corner, 2 * WIDE, 2 * HIGH, facecolor="#EAF2F8", edgecolor=style.COLOURS[0]
                )
            )
            axes.text(x, y, _words(box, show_shapes), ha="center", va="center")
            for source in box.sources:
                if source in places:
                    _arrow(axes, places[source], (x, y))
        return picture(figure, alt)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    look: dict[str, Any] = {"arrowstyle": "-|>", "color": "black"}
    if start[1] - end[1] > 1:  # round the boxes between them, not across
        side = -1 if start[0] < end[0] else 1
        look["connectionstyle"] = f"arc3,rad={-0.4 * side}"
        start, end = (start[0] + side * WIDE, start[1]), (end[0] + side * WIDE, end[1])
    else:
        start, end = (start[0], start[1] - HIGH), (end[0], end[1] + HIGH)
    axes.annotate("", end, start, arrowprops=look)


def _rows(boxes: list[Box]) -> dict[str, int]:
    """Return how deep each layer lies: one below the deepest layer that it reads."""
    rows: dict[str, int] = {}
    for index, box in enumerate(boxes):
        known = [rows[name] for name in box.sources if name in rows]
        lonely = index if not any(other.sources for other in boxes) else 0
        rows[box.name] = max(known) + 1 if known else lonely
    return rows


def _words(box: Box, show_shapes: bool) -> str:
    facts = [box.shape] if show_shapes and box.shape else []
    facts += [f"{box.parameters:,} parameters"] if box.parameters else []
    return "\n".join([f"{box.name} ({box.kind})", " · ".join(facts)]).rstrip()


def _alt(model: Any, boxes: list[Box], show_shapes: bool) -> str:
    parts = []
    for index, box in enumerate(boxes):
        text = f"{box.name} ({box.kind})"
        if show_shapes and box.shape:
            text += f", output {box.shape}"
        if box.parameters:
            text += f", {box.parameters:,} parameters"
        before = (boxes[index - 1].name,) if index else ()
        if box.sources and box.sources != before:
            text += f", from {' and '.join(box.sources)}"
        parts.append(text)
    total = sum(box.parameters for box in boxes)
    if len(boxes) > 1 and not any(box.sources for box in boxes):
        parts[-1] += "; how they are connected is not recorded"
    return f"Diagram of {model.name}, {total:,} parameters: {'; '.join(parts)}."
