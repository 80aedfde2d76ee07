"""A service with six faults, of which a fuzzer is to find most."""

import json
from typing import Any

OUTSIDE = ("no object", "no list")
INSIDE = (
    "a row that is no list",
    "a number that is null",
    "a number that is text",
    "a huge number",
)


class Fragile:
    """A service that stumbles over six things, and tells which."""

    def __init__(self, tries: int) -> None:
        self.most, self.posts, self.good = tries, 0, 0
        self.no_text: list[str] = []
        self.broke: set[Any] = set()
        self.faults: dict[str, list[Any]] = {}

    def post(self, body: Any) -> int:
        self.posts += 1
        if self.posts > self.most:
            return 429
        if not isinstance(body, str | bytes):
            self.no_text.append(type(body).__name__)
        fault, status = _fault(body)
        if fault:
            self.broke.add(body)
            self.faults.setdefault(fault, []).append(body)
        self.good += status == 200
        return status


def _fault(body: Any) -> tuple[str, int]:
    """The fault that a body meets, or "", and the status of the answer."""
    try:
        asked = json.loads(body)
    except (ValueError, TypeError, RecursionError):
        return "", 400
    if not isinstance(asked, dict):
        return "no object", 500
    if "image" not in asked:
        return "", 422
    rows = asked["image"]
    if not isinstance(rows, list):
        return "no list", 500
    if len(rows) != 28:
        return "", 422
    return _first([_row_fault(row) for row in rows])


def _row_fault(row: Any) -> tuple[str, int]:
    if not isinstance(row, list):
        return "a row that is no list", 500
    if len(row) != 28:
        return "", 422
    return _first([_number_fault(number) for number in row])


def _number_fault(number: Any) -> tuple[str, int]:
    if number is None:
        return "a number that is null", 500
    if isinstance(number, str):
        return "a number that is text", 500
    if isinstance(number, int | float) and abs(number) > 1e9:
        return "a huge number", 500
    right = isinstance(number, int | float) and 0 <= number <= 255
    return "", 200 if right else 422


def _first(results: list[tuple[str, int]]) -> tuple[str, int]:
    return max(results, key=lambda result: result[1])
