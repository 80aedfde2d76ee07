"""Why a model is not run."""

from typing import Literal

Fault = Literal["size", "format", "content", "limits"]


class RefusedModel(ValueError):  # noqa: N818 (a name that learners read)
    """This file is not run. The message says what is wrong, where, and what to do.

    Attributes:
        fault: "size" for a file that is too large, "format" for one that is no `.keras` file,
            "content" for a network that is not accepted, "limits" for one that took too much time
            or memory.
    """

    def __init__(self, sentence: str, fault: Fault) -> None:
        self.fault = fault
        super().__init__(sentence)
