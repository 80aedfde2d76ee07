"""What may cross the line between a learner's code and the judge: plain data, nothing else."""

from collections.abc import Mapping
from typing import Any

import numpy as np

Data = dict[str, Any]
"""Names to plain values: None, bool, int, float, str, lists, dicts and NumPy arrays of these."""

ARRAY_KINDS = "biufU"
"""Boolean, integer, unsigned, floating, text: the dtypes that need no pickle."""


class NotPlainError(TypeError):
    """A value that cannot be told as plain data."""


def to_plain(value: object) -> Any:
    """A copy of `value` made of plain Python values and base-class NumPy arrays.

    Tuples become lists, NumPy scalars become Python numbers, and anything that offers itself as
    an array (a Keras tensor, a subclass of ndarray) becomes an ordinary array.

    Raises:
        NotPlainError: for a function, a class, a model, an object array, anything else.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic):
        return to_plain(value.item())
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if hasattr(value, "__array__") and not isinstance(value, type):
        array = np.array(value, subok=False)
        if array.dtype.kind in ARRAY_KINDS:
            return array
    raise NotPlainError(f"{type(value).__name__} is not plain data")
