"""200 digits drawn by hand, stroke by stroke, for tests and for lab 11. README.md tells how."""

import json
from dataclasses import dataclass
from pathlib import Path

Strokes = list[list[list[float]]]


@dataclass(frozen=True)
class Drawing:
    """One recording: which digit is meant, in what way it is written, on what canvas."""

    digit: int
    name: str
    size: tuple[float, float]
    strokes: Strokes

    def on_a_square(self, side: float) -> Strokes:
        """The same drawing on a square canvas, as large and in the same corner as it was."""
        scale = side / max(self.size)
        return [[[x * scale, y * scale] for x, y in stroke] for stroke in self.strokes]

    def __str__(self) -> str:
        return f"{self.digit} ({self.name})"


def all_drawings() -> list[Drawing]:
    """Twenty of each digit."""
    return [
        Drawing(digit, entry["name"], tuple(entry["size"]), entry["strokes"])
        for digit in range(10)
        for entry in json.loads((Path(__file__).parent / f"{digit}.json").read_text())
    ]
