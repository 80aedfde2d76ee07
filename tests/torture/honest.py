"""Right work in unusual form, wrong answers of unusual kind, and files that are none."""

import json
from collections.abc import Callable

from tests.torture.notebooks import (
    FULL,
    Case,
    Notebook,
    answered,
    cell_of,
    code,
    empty,
    place_of,
    solved,
)


def edited(edit: Callable[[Notebook], object]) -> Callable[[], Notebook]:
    def make() -> Notebook:
        notebook = solved()
        edit(notebook)
        return notebook

    return make


def text_of(cell: Notebook) -> str:
    return "".join(cell["source"])


def delete(notebook: Notebook) -> None:
    del notebook["cells"][place_of(notebook, "00-invert")]


def delete_checks(notebook: Notebook) -> None:
    cells = notebook["cells"]
    notebook["cells"] = [cell for cell in cells if not str(cell.get("id")).endswith("-check")]


def delete_setup(notebook: Notebook) -> None:
    del notebook["cells"][place_of(notebook, "00-setup")]


def duplicate(notebook: Notebook) -> None:
    place = place_of(notebook, "00-invert")
    first = code("def invert(image):\n    return image")
    notebook["cells"][place:place] = [first, code("ex.invert.check(invert)")]


def duplicate_below(notebook: Notebook) -> None:
    right = cell_of(notebook, "00-invert")
    answered(notebook, "00-invert", "def invert(image):\n    return image")
    notebook["cells"] += [code(text_of(right)), code("def invert(image):\n    return 255 - image")]


def split(notebook: Notebook) -> None:
    place = place_of(notebook, "00-hidden-state")
    notebook["cells"][place : place + 1] = [code("before_restart = 20"), code("after_restart = 15")]


def merge(notebook: Notebook) -> None:
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    notebook["cells"] = [code("\n\n".join(text_of(cell) for cell in cells))]


def reorder(notebook: Notebook) -> None:
    cells = notebook["cells"]
    cells.insert(place_of(notebook, "00-invert-check"), cells.pop(place_of(notebook, "00-pixels")))
    check = cells.pop(place_of(notebook, "00-same-numbers-check"))
    cells.insert(place_of(notebook, "00-same-numbers"), check)


def retype(notebook: Notebook) -> None:
    cell_of(notebook, "00-invert")["cell_type"] = "markdown"
    cell_of(notebook, "00-hidden-state")["cell_type"] = "raw"


def rename(notebook: Notebook) -> None:
    for number, cell in enumerate(notebook["cells"]):
        cell["id"] = f"mine-{number}"
        cell["metadata"] = {}


def no_metadata(notebook: Notebook) -> None:
    notebook["metadata"] = {}
    for cell in notebook["cells"]:
        cell.pop("id", None)
        cell.pop("metadata", None)


def other_kernel(notebook: Notebook) -> None:
    notebook["metadata"]["kernelspec"] = {"name": "julia-1.9", "display_name": "Julia"}


def old(notebook: Notebook) -> None:
    """nbformat 3: pages, `input`, no ids."""
    cells = notebook.pop("cells")
    for cell in cells:
        cell.pop("id", None)
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
    notebook |= {"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]}


def without_ids(notebook: Notebook) -> None:
    notebook["nbformat_minor"] = 2
    for cell in notebook["cells"]:
        cell.pop("id", None)


def windows(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["source"] = text_of(cell).replace("\n", "\r\n")


def large(notebook: Notebook) -> None:
    output = {"output_type": "stream", "name": "stdout", "text": "x" * 50_000_000}
    cell_of(notebook, "00-setup")["outputs"] = [output]


def magic(notebook: Notebook) -> None:
    cell = cell_of(notebook, "00-invert")
    cell["source"] = "%matplotlib inline\n!echo hello\n" + text_of(cell)


def encoded(coding: str) -> Callable[[], bytes]:
    return lambda: json.dumps(solved(), ensure_ascii=False).encode(coding)


def answer(exercise: str, source: str) -> Callable[[], Notebook]:
    return lambda: answered(solved(), exercise, source)


def named(name: str) -> Case:
    """Right work by somebody with an unusual name."""
    return Case(f"named {name}", solved, FULL, file=f"{name}/00_start_here.ipynb")


INVERT = "def invert(image):\n    "
HONEST = (
    Case("solved", solved, FULL),
    Case("empty", empty, 0),
    Case("deleted", edited(delete), FULL - 2),
    Case("checks deleted", edited(delete_checks), FULL),
    Case("setup deleted", edited(delete_setup), FULL),
    Case("duplicated", edited(duplicate), FULL),
    Case("duplicated below", edited(duplicate_below), FULL),
    Case("split", edited(split), FULL),
    Case("merged", edited(merge), FULL),
    Case("re-ordered", edited(reorder), FULL),
    Case("retyped", edited(retype), FULL),
    Case("renamed cells", edited(rename), FULL),
    Case("renamed file", solved, FULL, file="renamed file/my homework (2).ipynb"),
    Case("no metadata", edited(no_metadata), FULL),
    Case("other kernel", edited(other_kernel), FULL),
    Case("nbformat 3", edited(old), FULL),
    Case("nbformat 4.2", edited(without_ids), FULL),
    Case("Windows line ends", edited(windows), FULL),
    Case("magics", edited(magic), FULL),
    Case("UTF-16", encoded("utf-16"), FULL),
    Case("UTF-8 with a mark", encoded("utf-8-sig"), FULL),
    Case("50 MB", edited(large), FULL),
    Case("NaN", answer("00-invert", f"{INVERT}return image * np.nan"), FULL - 2),
    Case("infinity", answer("00-pixels", "pixels = float('inf')"), FULL - 1),
    Case("generator", answer("00-invert", f"{INVERT}yield 255 - image"), FULL - 2),
    Case("huge integer", answer("00-pixels", "pixels = 10**5000"), FULL - 1),
    Case("odd text", answer("00-pixels", r"pixels = '\ud800\x00=cmd()'"), FULL - 1),
    Case("never ends", answer("00-invert", f"{INVERT}while True: pass"), FULL - 2),
    Case("dies when asked", answer("00-same-numbers", "def draw(seed):\n    exit(1)"), FULL - 2),
    Case("empty file", lambda: b"", 0, "refused", "empty"),
    Case("half a JSON", lambda: json.dumps(solved()).encode()[:9000], 0, "refused", "no whole"),
    Case("deep JSON", lambda: b"[" * 10**6, 0, "refused", "no whole"),
    Case("no notebook", lambda: b'{"a": 1}', 0, "refused", "no cells"),
    Case("no text", lambda: b"\x89PNG\xff\xfe" * 99, 0, "refused", "no text"),
    named("Müller, Ana \"the best\""),
    named("=cmd|' ; calc'!A1"),
    named("😀 emoji"),
    named("\u202eright to left אבג"),
    named("+1 -1 @sum"),
)  # fmt: skip
