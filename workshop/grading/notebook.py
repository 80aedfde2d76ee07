"""The cells of whatever was handed in: a notebook of any age, or a script. Nothing is run here.

Only what is needed is read, and leniently: a notebook that Jupyter would call invalid still holds
somebody's work.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

LARGEST = 64_000_000
"""Bytes. Most of a large notebook is output, which is not looked at."""
MOST_CELLS = 2_000
MARKS = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
    b"\xef\xbb\xbf": "utf-8-sig",
}
CELL_MARK = re.compile(r"^# ?%%.*$", re.M)


class UnreadableError(ValueError):
    """Nothing can be graded here; the message says why and what to do."""


@dataclass(frozen=True)
class Cell:
    """One cell. `names` are what identifies it: its id, its nbgrader `grade_id`."""

    kind: str
    source: str
    names: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Notebook:
    """Cells in their order. `lab` is what the notebook says of itself; empty if it does not."""

    cells: tuple[Cell, ...]
    lab: str = ""


def read_notebook(content: bytes) -> Notebook:
    """Read an .ipynb file, nbformat 3 or 4.

    Raises:
        UnreadableError: if it is no notebook.
    """
    if len(content) > LARGEST:
        raise UnreadableError(
            f"it has {len(content) / 1e6:.0f} MB; {LARGEST / 1e6:.0f} MB are read. "
            "Clear all outputs and save it again"
        )
    if not content.strip():
        raise UnreadableError("the file is empty")
    try:
        notebook = json.loads(text_of(content))
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"it is no whole notebook: {str(error)[:100]}") from error
    if not isinstance(notebook, dict):
        raise UnreadableError("it is JSON, but no notebook")
    found = notebook.get("cells")
    if not isinstance(found, list):  # nbformat 3 has pages
        pages = notebook.get("worksheets")
        pages = pages if isinstance(pages, list) else []
        found = [c for page in pages if isinstance(page, dict) for c in _list(page.get("cells"))]
    found = [cell for cell in found if isinstance(cell, dict)]
    if not found:
        raise UnreadableError("it holds no cells")
    if len(found) > MOST_CELLS:
        raise UnreadableError(f"it holds {len(found):,} cells; {MOST_CELLS:,} are read")
    said = _dict(_dict(notebook.get("metadata")).get("workshop")).get("lab")
    return Notebook(tuple(_cell(cell) for cell in found), said if isinstance(said, str) else "")


def read_script(content: bytes) -> Notebook:
    """Read a script; `# %%` begins a cell.

    Raises:
        UnreadableError: if it is empty, too large or no text.
    """
    if len(content) > LARGEST:
        raise UnreadableError(f"it has {len(content) / 1e6:.0f} MB")
    text = text_of(content)
    if not text.strip():
        raise UnreadableError("the file is empty")
    return Notebook(tuple(Cell("code", part) for part in CELL_MARK.split(text) if part.strip()))


def text_of(content: bytes) -> str:
    """Bytes → text: what the mark at the start says, else UTF-8, else UTF-16 without a mark.

    Raises:
        UnreadableError: if it is none of these.
    """
    coding = next((name for mark, name in MARKS.items() if content.startswith(mark)), "utf-8")
    if coding == "utf-8" and content[1:2] == b"\0":
        coding = "utf-16-le"
    try:
        return content.decode(coding)
    except UnicodeDecodeError as error:
        raise UnreadableError(f"it is no text ({coding} fails at byte {error.start})") from error


def _cell(cell: dict[str, Any]) -> Cell:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    source = source if isinstance(source, str) else ""
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    grade_id = _dict(_dict(cell.get("metadata")).get("nbgrader")).get("grade_id")
    names = {name for name in (cell.get("id"), grade_id) if isinstance(name, str) and name}
    return Cell(str(cell.get("cell_type")), source, frozenset(names))


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
