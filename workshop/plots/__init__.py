"""Every figure of the course, each with the sentence that says what it shows.

``from workshop import plots``, then for example ``plots.digits(images, labels)``. Importing this
package does not import Keras; `LiveCurves` does, when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workshop.plots import style
from workshop.plots.animation import Animation, animation, film_strip
from workshop.plots.charts import bars, histogram, scatter
from workshop.plots.comparison import compare
from workshop.plots.curves import curves
from workshop.plots.diagram import model_diagram
from workshop.plots.digits import averages, digit, digits
from workshop.plots.display import LiveDisplay
from workshop.plots.gan_diagram import gan_diagram
from workshop.plots.heat_map import heat_map
from workshop.plots.lines import lines
from workshop.plots.maps import maps
from workshop.plots.picture import Picture, picture

if TYPE_CHECKING:
    from workshop.plots.live import LiveCurves

__all__ = [
    "Animation",
    "LiveCurves",
    "LiveDisplay",
    "Picture",
    "animation",
    "averages",
    "bars",
    "compare",
    "curves",
    "digit",
    "digits",
    "film_strip",
    "gan_diagram",
    "heat_map",
    "histogram",
    "lines",
    "maps",
    "model_diagram",
    "picture",
    "scatter",
    "style",
]


def __getattr__(name: str) -> Any:
    # Keras takes seconds to import: only whoever asks for LiveCurves pays for it.
    if name == "LiveCurves":
        from workshop.plots.live import LiveCurves

        return LiveCurves
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
