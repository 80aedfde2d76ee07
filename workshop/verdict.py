"""An outcome, its points, and feedback in three parts: what was seen, why, one thing to try."""

from dataclasses import dataclass, replace
from enum import StrEnum

from workshop.card import Card, Part


class Outcome(StrEnum):
    """What became of an attempt."""

    PASSED = "passed"
    NOT_YET = "not yet"
    NOT_ATTEMPTED = "not attempted"
    COULD_NOT_CHECK = "could not check"


GLYPHS = {
    Outcome.PASSED: "✔",
    Outcome.NOT_YET: "✘",
    Outcome.NOT_ATTEMPTED: "○",
    Outcome.COULD_NOT_CHECK: "⚠",
}
# Okabe and Ito's palette, which survives the common kinds of colour blindness.
COLOURS = {
    Outcome.PASSED: "#009e73",
    Outcome.NOT_YET: "#d55e00",
    Outcome.NOT_ATTEMPTED: "#7f8c8d",
    Outcome.COULD_NOT_CHECK: "#cc79a7",
}


@dataclass(frozen=True)
class Verdict:
    """The judge's answer to one attempt.

    `diagnosis` is the short name of the misconception, for reports; `points` are earned out of
    `max_points`; `next_step` is what the learner can run now.
    """

    outcome: Outcome
    seen: str = ""
    why: str = ""
    try_this: str = ""
    diagnosis: str = ""
    exercise: str = ""
    title: str = ""
    points: float = 0
    max_points: float = 0
    next_step: str = ""

    @property
    def passed(self) -> bool:
        """Whether the attempt is right."""
        return self.outcome is Outcome.PASSED

    def of(self, exercise: str, title: str, max_points: float, next_step: str = "") -> "Verdict":
        """The same verdict, signed with the exercise it belongs to and its points."""
        return replace(
            self,
            exercise=exercise,
            title=title,
            points=max_points if self.passed else 0,
            max_points=max_points,
            next_step="" if self.passed else next_step,
        )

    def card(self) -> Card:
        """What the learner sees."""
        labels = (("What I saw", self.seen), ("Why", self.why), ("Try", self.try_this))
        if self.outcome is not Outcome.NOT_YET:
            labels = (("", self.seen), ("Why it matters", self.why), ("Try", self.try_this))
        parts = [Part(label, text) for label, text in labels if text]
        if self.next_step:
            parts.append(Part("Hint", f"run `{self.next_step}`"))
        score = f" · {self.points:g} of {self.max_points:g} points" if self.max_points else ""
        return Card(
            GLYPHS[self.outcome],
            self.outcome.value,
            f"{self.exercise} {self.title}".strip() + score,
            tuple(parts),
            COLOURS[self.outcome],
        )

    def __str__(self) -> str:
        return str(self.card())

    def __repr__(self) -> str:
        return str(self.card())

    def _repr_html_(self) -> str:
        return self.card()._repr_html_()


def passed(seen: str, why: str = "") -> Verdict:
    """Right. `seen` says what was right; `why` teaches one thing more."""
    return Verdict(Outcome.PASSED, seen, why)


def not_yet(diagnosis: str, seen: str, why: str, try_this: str) -> Verdict:
    """Wrong in a way that has a name, told in three parts."""
    return Verdict(Outcome.NOT_YET, seen, why, try_this, diagnosis)


def not_attempted(seen: str) -> Verdict:
    """The placeholder is still there."""
    return Verdict(Outcome.NOT_ATTEMPTED, seen, diagnosis="placeholder")


def could_not_check(seen: str, why: str, try_this: str, diagnosis: str = "broken-check") -> Verdict:
    """Not the learner's fault, as far as can be told: nothing is held against them."""
    return Verdict(Outcome.COULD_NOT_CHECK, seen, why, try_this, diagnosis)
