"""Code as a row of words in which names no longer count, whether or not it parses."""

import keyword
import re
from dataclasses import dataclass

MOST_TOKENS = 6_000
CELL_END = "\f"
"""The one blank that is a word: no passage goes on behind it."""
TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\n]*)
    |(?P<string>[rbfuRBFU]{0,2}(?:
        \"\"\"(?:\\.|[^\\])*?(?:\"\"\"|\Z) | '''(?:\\.|[^\\])*?(?:'''|\Z)
        | "(?:\\.|[^"\\\n])*"? | '(?:\\.|[^'\\\n])*'?))
    |(?P<number>\d[\w.]*)
    |(?P<name>[^\W\d]\w*)
    |(?P<space>[^\S\f]+)
    |(?P<sign>.)
    """,
    re.X | re.S,
)


@dataclass(frozen=True)
class Tokens:
    """The words of some code, and the line (from 0) in which each stands."""

    words: tuple[str, ...]
    lines: tuple[int, ...]


def tokens_of(code: str) -> Tokens:
    """The first `MOST_TOKENS` words of some code.

    A learner's own names all become `name`, and so do numbers and texts: who renames a variable
    has not written another program. Keywords stay, and what stands behind a dot, because libraries
    have chosen it. Comments and blanks are gone.
    """
    words: list[str] = []
    lines: list[int] = []
    line = 0
    for match in TOKEN.finditer(code):
        kind, text = match.lastgroup or "", match[0]
        if kind not in ("comment", "space"):
            words.append(_word(kind, text, words[-1] if words else ""))
            lines.append(line)
            if len(words) == MOST_TOKENS:
                break
        line += text.count("\n")
    return Tokens(tuple(words), tuple(lines))


def _word(kind: str, text: str, before: str) -> str:
    if kind == "sign" or (kind == "name" and (keyword.iskeyword(text) or before == ".")):
        return text
    return kind
