"""A step of the script: an exercise that the script waits for."""

from typing import Any

from workshop.exercises.base import Exercise


class Step(Exercise):
    """An exercise of a script: the script waits for it."""

    def call_for(self, verb: str, stage: int | None = None) -> str:
        """In a terminal, help is a command."""
        number = f" {stage}" if stage else ""
        return f"workshop hint {self.id}{' --solution' if verb == 'solution' else number}"

    def require(self, answer: Any) -> None:
        """Say how the step stands; end the script, without an error, unless it has passed.

        Raises:
            SystemExit: with status 0, because waiting for the learner is no failure.
        """
        verdict = self.check(answer)
        print(verdict)
        if not verdict.passed:
            raise SystemExit(0)
