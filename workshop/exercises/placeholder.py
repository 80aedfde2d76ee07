"""Is an answer still the placeholder `...` that the lab came with?"""

import dis
from collections.abc import Mapping
from itertools import pairwise
from types import FunctionType

# What an empty body compiles to on Python 3.11, 3.12 and 3.13.
EMPTY_BODY = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "COPY_FREE_VARS"}


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
    # A library's class may well have a method that does nothing: keras.Sequential has.
    if not isinstance(function, FunctionType) or "site-packages" in function.__code__.co_filename:
        return False
    steps = list(dis.get_instructions(function))
    if all(step.opname in EMPTY_BODY for step in steps):
        constants = [step.argval for step in steps if "CONST" in step.opname]
        return constants[-1] in (None, Ellipsis)
    return any(
        step.opname == "LOAD_CONST"
        and step.argval is Ellipsis
        and after.opname.startswith(("STORE_FAST", "STORE_DEREF", "RETURN_VALUE"))
        for step, after in pairwise(steps)
    )
