"""Can everyone read it? Headings in order, words for every picture, cells that parse."""

import ast
import re
from collections.abc import Container, Iterator

from nbformat import NotebookNode

from workshop.authoring.problem import Problem

HEADING = re.compile(r"^(#{1,6})\s+\S", re.M)
FENCE = re.compile(r"^```.*?^```", re.S | re.M)
MARKDOWN_IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(")
NOTEBOOK_LINK = re.compile(r"\]\((?P<file>[^):]+\.ipynb)\)")
HTML_IMAGE = re.compile(r"<img\b[^>]*>", re.I)
ALT = re.compile(r"""\balt=(["'])\s*\S.*?\1""", re.I | re.S)


def unparsable_cells(notebook: NotebookNode, place: str) -> Iterator[Problem]:
    """Code cells that Python cannot read; the lab must run as it is handed out."""
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "code":
            try:
                ast.parse(cell.source)
            except SyntaxError as error:
                yield Problem(
                    f"does not parse: {error.msg}, line {error.lineno}",
                    f"{place}, cell {number}",
                    "mend the source (no magics, no shell lines), then `workshop build`",
                )


def disordered_headings(notebook: NotebookNode, place: str) -> Iterator[Problem]:
    """One heading of the first level, and no level skipped on the way down."""
    level = 0
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type != "markdown":
            continue
        for match in HEADING.finditer(FENCE.sub("", cell.source)):
            depth = len(match[1])
            if depth > level + 1 or (depth == 1 and level > 0):
                yield Problem(
                    f"a heading of level {depth} follows one of level {level}",
                    f"{place}, cell {number}",
                    "use the next level down, and one `#` in the whole lab (the opening has it)",
                )
            level = depth


def pictures_without_words(notebook: NotebookNode, place: str) -> Iterator[Problem]:
    """Pictures in prose and in outputs that a screen reader would pass over."""
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "markdown":
            bare = any(not match["alt"].strip() for match in MARKDOWN_IMAGE.finditer(cell.source))
            if bare or _bare_tags(cell.source):
                yield _no_alt(place, number, "write what it shows: `![here](…)`")
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            naked = any(kind.startswith("image/") for kind in data) and "text/html" not in data
            if naked or _bare_tags("".join(data.get("text/html", ""))):
                yield _no_alt(place, number, "return a picture of workshop.plots as the last value")


def dead_links(notebook: NotebookNode, place: str, names: Container[str]) -> Iterator[Problem]:
    """Links to a notebook of the course that is not there; `names` are the files that are."""
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "markdown":
            for match in NOTEBOOK_LINK.finditer(cell.source):
                if match["file"] not in names:
                    yield Problem(
                        f"links to {match['file']}, which is not there",
                        f"{place}, cell {number}",
                        "write that lab, or name it without a link",
                    )


def _bare_tags(html: str) -> bool:
    return any(not ALT.search(tag) for tag in HTML_IMAGE.findall(html))


def _no_alt(place: str, number: int, mend: str) -> Problem:
    return Problem("a picture has no alt text", f"{place}, cell {number}", mend)
