"""Is an answer still the placeholder `...` that the lab came with?"""

import dis
from collections.abc import Mapping
from types import FunctionType

# What an empty body compiles to on Python 3.11, 3.12 and 3.13.
EMPTY_BODY = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "COPY_FREE_VARS"}
CONSUMERS = {"STORE_FAST", "STORE_NAME", "STORE_DEREF", "STORE_GLOBAL", "RETURN_VALUE"}


def is_placeholder(answer: object) -> bool:
    """True for `...`, for a container that still holds one, and for code not yet written.

    Code counts as not written when a function does nothing at all, or still assigns or returns
    `...`; a class, when one of its own methods does.
    """
    if answer is Ellipsis:
        return True
    if isinstance(answer, list | tuple | set):
        return any(is_placeholder(item) for item in answer)
    if isinstance(answer, Mapping):
        return any(is_placeholder(item) for item in answer.values())
    if isinstance(answer, FunctionType):
        return _unwritten(answer)
    if isinstance(answer, type):
        return any(_unwritten(item) for item in vars(answer).values())
    return False


def _unwritten(function: object) -> bool:
    if not isinstance(function, FunctionType):
        return False
    steps = list(dis.get_instructions(function))
    if all(step.opname in EMPTY_BODY for step in steps):
        return (
            steps[-1].argval is None
            if steps[-1].opname == "RETURN_CONST"
            else (steps[-2].argval is None)
        )
    return any(
        step.opname in ("LOAD_CONST", "RETURN_CONST")
        and step.argval is Ellipsis
        and (step.opname == "RETURN_CONST" or after.opname in CONSUMERS)
        for step, after in zip(steps, [*steps[1:], steps[-1]], strict=True)
    )
