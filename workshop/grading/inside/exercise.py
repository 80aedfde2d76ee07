"""An exercise as the sandbox knows it: the probe alone. There, `workshop.exercises.base` is this.

Checks, hints and solutions are silent here: the grader asks by itself, and judges elsewhere.
"""

import sys
from collections.abc import Callable
from typing import Any, ClassVar

from workshop.exercises.observe import observe_value
from workshop.exercises.plain import Data

GoOn = Callable[["Exercise", Any, dict[str, Any]], Any]


class Exercise:
    """What the learner's notebook and the grader's kernel need of an exercise."""

    id: ClassVar[str]
    title: ClassVar[str] = ""
    points: ClassVar[float] = 1
    go_on: ClassVar[GoOn | None] = None
    """Asks the grader what a lab goes on with. The kernel sets it."""

    def probe(self, inputs: Data, answer: Any) -> Data:
        """Plain data about the learner's answer."""
        return {"answer": observe_value(answer)}

    @property
    def lab(self) -> str:
        """The two digits of the lab, or `script`."""
        return self.id.partition("-")[0]

    @property
    def name(self) -> str:
        """What the learner writes after `ex.`."""
        return self.id.partition("-")[2].replace("-", "_")

    def check(self, answer: Any = None) -> None:
        """Silent: the grader asks after each cell."""

    def verdict(self, answer: Any = None) -> None:
        """Silent, as `check`."""

    def require(self, answer: Any = None) -> None:
        """Silent, as `check`: a script runs on to its end."""

    def hint(self, stage: int = 1) -> None:
        """There are no hints here."""

    def solution(self) -> None:
        """There are no solutions here."""

    def or_reference(self, answer: Any) -> Any:
        """The learner's answer, or what the grader sends once the exercise is settled."""
        go_on = type(self).go_on
        return go_on(self, answer, sys._getframe(1).f_globals) if go_on else answer
