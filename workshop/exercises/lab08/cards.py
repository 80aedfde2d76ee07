"""What a card is made of, changed in one place at a time; and cards that can be told as data."""

from typing import Any

from workshop.exercises.plain import Data


def cases_of(inputs: Data) -> dict[str, Data]:
    """As it is; then one thing changed in each."""
    images, labels = inputs["images"].copy(), inputs["labels"].copy()
    content = inputs["content"].copy()
    content[2500] ^= 1
    images[15, 14, 14] ^= 1
    labels[15] = (labels[15] + 1) % 10
    plain = {
        "name": inputs["name"],
        "content": inputs["content"].tobytes(),
        "arrays": [inputs["images"], inputs["labels"]],
        "code": inputs["code"],
    }
    return {
        "plain": plain,
        "content": plain | {"content": content.tobytes()},
        "images": plain | {"arrays": [images, inputs["labels"]]},
        "labels": plain | {"arrays": [inputs["images"], labels]},
        "code": plain | {"code": inputs["code"].replace("Dense", "dense")},
    }


def legible(answer: Any) -> Any:
    """The learner's function; what is no text on its card becomes text, so that it can be told."""
    if not callable(answer) or isinstance(answer, type):
        return answer

    def card(*arguments: Any) -> Any:
        made = answer(*arguments)
        if not isinstance(made, dict):
            return made
        return {key: _told(value) for key, value in made.items()}

    return card


def _told(value: Any) -> Any:
    if isinstance(value, bytes):
        return f"bytes:{value.hex()}"
    if callable(value) or hasattr(value, "hexdigest"):
        return f"object:{type(value).__name__}"
    return value
