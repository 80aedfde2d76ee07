"""The drawing pad inside a notebook: draw a digit, and the live model says what it reads.

The pad itself is the served page's (`workshop/serving/page/pad.js`), and what is drawn becomes a
digit by the same `workshop.drawing`. Only the way to the model differs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import numpy as np
from numpy.typing import NDArray

from workshop.drawing import DrawingError, digit_from_strokes

PAGE = Path(__file__).parent / "serving" / "page"


@dataclass(frozen=True)
class Correction:
    """A drawing that somebody labelled: (28, 28) uint8, and the digit that was meant."""

    picture: NDArray[np.uint8]
    label: int


class Pad(anywidget.AnyWidget):
    """A pad to draw on. Show it as the last line of a cell.

    Args:
        model: what reads the digits: a Keras model, or any callable. It is given one picture,
            (1, 28, 28, 1) float32 in 0…1, and answers with (1, 10) probabilities. It is asked
            anew for each drawing: train it on, and the pad shows what it reads now.

    `pad.picture` is the (28, 28) uint8 picture that was read last, `pad.corrections` the drawings
    that were labelled with “It is a …”: to train on, or to test with.
    """

    _esm: ClassVar[str] = (PAGE / "pad.js").read_text("utf-8") + (PAGE / "widget.js").read_text(
        "utf-8"
    )
    _css: ClassVar[str] = (PAGE / "pad.css").read_text("utf-8")

    def __init__(self, model: Callable[[NDArray[np.float32]], Any]) -> None:
        super().__init__()
        self.model = model
        self.picture: NDArray[np.uint8] = np.zeros((28, 28), dtype=np.uint8)
        self.corrections: list[Correction] = []
        self.on_msg(self._hear)

    def _hear(self, _: Any, question: dict[str, Any], __: Any) -> None:
        try:
            answer = self._answer(question)
        except DrawingError as error:
            answer = {"error": str(error)}
        except Exception as error:  # the model is the learner's: whatever it does, tell
            answer = {"error": f"The model fails with {type(error).__name__}: {error}"[:300]}
        self.send({"id": question["id"], **answer})

    def _answer(self, question: dict[str, Any]) -> dict[str, Any]:
        picture = digit_from_strokes(question["strokes"], question["size"])
        if "label" in question:
            return {"told": self._keep(Correction(picture, int(question["label"])))}
        self.picture = picture
        probabilities = self._probabilities(picture)
        return {
            "digit": int(probabilities.argmax()),
            "probabilities": probabilities.tolist(),
            "seen": picture.tolist(),
        }

    def _probabilities(self, picture: NDArray[np.uint8]) -> NDArray[np.float64]:
        scaled = picture[None, :, :, None].astype(np.float32) / np.float32(255)
        answers = np.asarray(self.model(scaled), np.float64)
        if answers.shape != (1, 10):
            raise DrawingError(
                f"The model answers with the shape {answers.shape}; (1, 10) is needed: ten "
                "probabilities for one picture."
            )
        probabilities: NDArray[np.float64] = answers[0]
        return probabilities

    def _keep(self, correction: Correction) -> str:
        for place, kept in enumerate(self.corrections):
            if np.array_equal(kept.picture, correction.picture):
                if kept.label == correction.label:
                    return f"This drawing is kept as a {correction.label} already."
                self.corrections[place] = correction  # as in the lab: the last label counts
                break
        else:
            self.corrections.append(correction)
        return f"Kept in pad.corrections as a {correction.label}; {len(self.corrections)} so far."
