"""What is wrong with a request: a status, a sentence, and the place in it."""

from __future__ import annotations


class Problem(Exception):  # noqa: N818 (it is what a client reads)
    """This request is not answered.

    Attributes:
        status: 400 for a body that cannot be read at all, 413 for one that is too large, 415 for
            another type, 422 for one that can be read and makes no sense, 507 for a full store.
        sentence: what is wrong and what would be right.
        where: the place in the body, such as "images[3][5]"; "" for all of it.
    """

    def __init__(self, status: int, sentence: str, where: str = "") -> None:
        self.status, self.sentence, self.where = status, sentence, where
        super().__init__(sentence)

    def body(self) -> dict[str, str]:
        """What the client gets, as JSON."""
        return {"error": self.sentence} | ({"where": self.where} if self.where else {})


def refused(sentence: str, where: str = "") -> Problem:
    """The problem of a body that can be read and makes no sense."""
    return Problem(422, sentence, where)


def check_fields(body: object, known: tuple[str, ...], where: str = "") -> dict[str, object]:
    """The fields of a JSON object; nothing that a client sends is silently ignored.

    Raises:
        Problem: if it is no object, or has a field that means nothing here.
    """
    if not isinstance(body, dict):
        raise refused(f"{where or 'The body'} is {kind_of(body)}; an object is needed.", where)
    strange = next((name for name in body if name not in known), None)
    if strange is not None:
        raise refused(
            f"There is no field {strange[:60]!r} here; known are {', '.join(known)}.",
            f"{where}.{strange[:60]}" if where else strange[:60],
        )
    return body


def kind_of(value: object) -> str:
    """What JSON calls a value, for a sentence."""
    for kind, name in _KINDS:
        if isinstance(value, kind):
            return name
    return "null"


_KINDS = (
    (bool, "true or false"),
    (int | float, "a number"),
    (str, "a string"),
    (list, "a list"),
    (dict, "an object"),
)
