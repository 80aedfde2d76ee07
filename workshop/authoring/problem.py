"""What the gate found: the fact, the place, the command that mends it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One failure of `workshop verify`."""

    fact: str
    place: str
    mend: str

    def __str__(self) -> str:
        return f"✘ {self.place}: {self.fact}\n    mend: {self.mend}"
