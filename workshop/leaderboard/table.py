"""The board as a table: plain text for a terminal, HTML for a notebook and for the page."""

import html
from collections.abc import Sequence

from workshop.leaderboard.entry import Entry

EMPTY = "There is no entry yet. Be the first: workshop leaderboard submit my_model.keras --name Ada"
HEADINGS = ("", "name", "accuracy", "parameters", "wrong", "front")

Board = tuple[str, list[Entry]]


def text_table(boards: Sequence[Board]) -> str:
    """Every board as aligned columns, or a sentence if there is no entry yet."""
    return "\n\n".join(_text(title, entries) for title, entries in boards) or EMPTY


def _text(title: str, entries: list[Entry]) -> str:
    rows = [HEADINGS, *(cells(rank, entry) for rank, entry in enumerate(entries, 1))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = []
    for row in rows:
        aligned = [
            cell.ljust(width) if HEADINGS[column] in ("name", "front") else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(aligned).rstrip())
    return "\n".join([f"{title} · {said(entries)}", "", *lines])


def html_table(boards: Sequence[Board]) -> str:
    """Every board as an HTML table."""
    if not boards:
        return f"<p>{html.escape(EMPTY)}</p>"
    return "".join(_html(title, entries) for title, entries in boards)


def _html(title: str, entries: list[Entry]) -> str:
    head = "".join(f'<th scope="col">{heading or "rank"}</th>' for heading in HEADINGS)
    rows = "".join(_html_row(cells(rank, entry)) for rank, entry in enumerate(entries, 1))
    caption = f"{html.escape(title)} · {html.escape(said(entries))}"
    return (
        f'<table><caption style="text-align: left"><strong>{caption}</strong></caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _html_row(row: tuple[str, ...]) -> str:
    rank, name, *numbers, front = (html.escape(cell) for cell in row)
    middle = "".join(f"<td>{number}</td>" for number in numbers)
    return f'<tr><td>{rank}</td><th scope="row">{name}</th>{middle}<td>{front}</td></tr>'


def cells(rank: int, entry: Entry) -> tuple[str, ...]:
    """One row, as `HEADINGS` names its columns."""
    return (
        str(rank),
        entry.name,
        f"{entry.accuracy:.2f} %",
        f"{entry.parameters:,}",
        f"{entry.seen - entry.right:,}",
        "★ front" if entry.on_front else "",
    )


def said(entries: list[Entry]) -> str:
    """What the numbers are counted on."""
    start = "1 entry" if len(entries) == 1 else f"{len(entries)} entries, each"
    return f"{start} scored on {entries[0].seen:,} pictures of this board"


def place(entry: Entry, entries: list[Entry], sender: str = "") -> str:
    """A sentence on where an entry stands among the entries of its board.

    `sender` is who has sent it now, which may not be who has sent the same network first.
    """
    rank = 1 + [other.sha256 for other in entries].index(entry.sha256)
    known = sender and sender.casefold() != entry.name.casefold()
    return (
        ("This network is on the board already. " if known else "")
        + f"{entry.name}: {entry.accuracy:.2f} % of {entry.seen:,} pictures read right, with "
        f"{entry.parameters:,} parameters. Place {rank} of {len(entries)}."
        + (" It is on the front." if entry.on_front else "")
    )
