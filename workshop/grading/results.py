"""What came of a submission, as plain data."""

from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any

from workshop.grading.robustness import Row
from workshop.verdict import Outcome, Verdict


class Ending(StrEnum):
    """How the run of a submission ended."""

    GRADED = "graded"
    STOPPED = "stopped early"
    REFUSED = "refused"


@dataclass(frozen=True)
class Result:
    """The grade of one submission's content, whoever handed it in.

    Attributes:
        ending: whether it was run to its end.
        reason: in words: why it was stopped or refused; empty otherwise.
        verdicts: one for each exercise of the lab.
        most: the points of a faultless lab.
        rungs: the walls that stood around its process.
        errors: cells that stopped with an error, as `cell 4: NameError: …`.
        seconds: how long it ran.
        robustness: by exercise, what share of noisy, shifted and thick digits a network that was
            handed in reads right, in %. No points depend on it.
    """

    ending: Ending
    reason: str = ""
    verdicts: tuple[Verdict, ...] = ()
    most: float = 0
    rungs: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    seconds: float = 0
    robustness: dict[str, Row] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """Points earned."""
        return sum(verdict.points for verdict in self.verdicts)

    def to_json(self) -> dict[str, Any]:
        """Plain data for `json.dumps`."""
        return asdict(self) | {"score": self.score}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Result":
        """The same result again."""
        names = {one.name for one in fields(cls)}
        known = {name: value for name, value in data.items() if name in names}
        verdicts = tuple(
            Verdict(**(verdict | {"outcome": Outcome(verdict["outcome"])}))
            for verdict in known["verdicts"]
        )
        return cls(
            **known
            | {
                "ending": Ending(known["ending"]),
                "verdicts": verdicts,
                "rungs": tuple(known["rungs"]),
                "errors": tuple(known["errors"]),
            }
        )
