"""The boards as HTML for the page; drawn anew only when an entry has come."""

import html
from collections.abc import Sequence
from functools import lru_cache

from workshop.leaderboard.drawing import draw_board
from workshop.leaderboard.entry import Entry
from workshop.leaderboard.table import Board, cells, said

HEADINGS = ("rank", "name", "accuracy", "parameters", "wrong")
EMPTY = "<p>There is no entry yet. Be the first: save your network and send the file.</p>"


def sections(boards: Sequence[Board]) -> str:
    """One section with a table and a picture for each board."""
    return "".join(_section(title, tuple(entries)) for title, entries in boards) or EMPTY


@lru_cache(maxsize=8)
def _section(title: str, entries: tuple[Entry, ...]) -> str:
    head = "".join(f'<th scope="col">{heading}</th>' for heading in HEADINGS)
    rows = "".join(_row(rank, entry) for rank, entry in enumerate(entries, 1))
    return (
        f"<section><h2>{html.escape(title)}</h2><p>{html.escape(said(list(entries)))}. "
        '<span aria-hidden="true">★</span> marks the front: no other network is both as small and '
        f'as good.</p><div class="pair"><div class="scroll" tabindex="0" role="region" '
        f'aria-label="Entries, {html.escape(title)}"><table><thead><tr>{head}</tr></thead>'
        f'<tbody>{rows}</tbody></table></div><figure><div class="wide">{draw_board(entries).html}'
        f'</div><div class="narrow">{draw_board(entries, narrow=True).html}</div></figure></div>'
        "</section>"
    )


def _row(rank: int, entry: Entry) -> str:
    _, name, *numbers, _ = (html.escape(cell) for cell in cells(rank, entry))
    star = ' <span role="img" aria-label="on the front">★</span>' if entry.on_front else ""
    rest = "".join(f"<td>{number}</td>" for number in numbers)
    chosen = ' class="front"' if entry.on_front else ""
    return f'<tr{chosen}><td>{rank}</td><th scope="row">{name}{star}</th>{rest}</tr>'
