"""Send a network to the board of a room, from a notebook."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from workshop.leaderboard.content import file_content
from workshop.leaderboard.entry import DatasetName, Entry, RefusedEntry

PATIENCE = 300
"""Seconds to wait for an answer: others may be before us."""
LONGEST_ANSWER = 100_000
WORD_HEADER = "X-Room-Word"


def post(
    address: str, model: Any, *, name: str, dataset: DatasetName = "mnist", word: str = ""
) -> Entry:
    """Send a network to the board of a room and wait until it is scored.

    Args:
        address: what the instructor shows, such as `http://192.168.1.20:8900`.
        model: the path of a `.keras` file, or a Keras model.
        name: who you are.
        dataset: "mnist" or "fashion".
        word: the word of the room, which the instructor shows too.

    Raises:
        RefusedEntry: if the board refuses it; with the board's own sentence.
        ConnectionError: if no board answers there.
    """
    content = file_content(model)
    fields = urlencode({"name": name, "dataset": dataset})
    request = urllib.request.Request(
        f"{_base(address)}/entries?{fields}",
        data=content,
        method="POST",
        headers={
            "Content-Type": "application/octet-stream",
            "Accept": "application/json",
            WORD_HEADER: quote(word),
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return entry_from(json.loads(answer.read(LONGEST_ANSWER)))
    except urllib.error.HTTPError as error:
        raise RefusedEntry(_sentence(error), error.code) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConnectionError(
            f"No leaderboard answers at {address} ({error}). Is the address as the instructor "
            "shows it, and are you in the same network?"
        ) from error


def entry_from(fields: dict[str, Any]) -> Entry:
    """An entry, as `fields_of` wrote it."""
    known = {name: fields[name] for name in Entry.__dataclass_fields__}
    return Entry(**{**known, "when": datetime.fromisoformat(fields["when"])})


def fields_of(entry: Entry) -> dict[str, Any]:
    """An entry as JSON can hold it, with its accuracy."""
    fields = {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
    return {**fields, "when": entry.when.isoformat(), "accuracy": entry.accuracy}


def _base(address: str) -> str:
    parts = urlsplit(address if "//" in address else f"http://{address}")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ConnectionError(f"{address} is no address of a leaderboard, such as http://host:8900")
    return f"{parts.scheme}://{parts.netloc}"


def _sentence(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(error.read(LONGEST_ANSWER))["error"])
    except (OSError, ValueError, KeyError, TypeError):
        return f"The board answered {error.code} {error.reason}."
