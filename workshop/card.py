"""One message to the learner, rendered as HTML for a notebook and as text for a terminal."""

import html
import re
import textwrap
from dataclasses import dataclass

TEXT_WIDTH = 88


@dataclass(frozen=True)
class Part:
    """A labelled paragraph; `code` keeps its line breaks."""

    label: str
    text: str
    code: bool = False


@dataclass(frozen=True)
class Card:
    """A glyph, a word and a title, then parts. Never colour alone: the word says it all.

    `colour` is a CSS colour for the left edge only, so that text keeps the theme's contrast.
    """

    glyph: str
    word: str
    title: str
    parts: tuple[Part, ...] = ()
    colour: str = "#5b6770"

    def __str__(self) -> str:
        head = f"{self.glyph} {self.word.upper()}" + (f" · {self.title}" if self.title else "")
        return "\n".join([head, *(_text(part) for part in self.parts)])

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        title = f" · {inline(self.title)}" if self.title else ""
        parts = "".join(_html(part) for part in self.parts)
        return (
            f'<div role="status" style="border-left:6px solid {self.colour};'
            'padding:.4em .9em;margin:.4em 0;max-width:52em">'
            f'<p style="margin:.2em 0"><strong><span aria-hidden="true">{self.glyph}</span> '
            f"{html.escape(self.word.capitalize())}</strong>{title}</p>{parts}</div>"
        )


def _sentence(text: str) -> str:
    """With a capital at its start, unless code stands there."""
    return text[:1].upper() + text[1:]


def _text(part: Part) -> str:
    if part.code:
        label = f"  {part.label}:\n" if part.label else ""
        return label + textwrap.indent(part.text, "    ")
    label = f"  {part.label}: " if part.label else "  "
    return textwrap.fill(
        _sentence(part.text),
        TEXT_WIDTH,
        initial_indent=label,
        subsequent_indent="    " if part.label else "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _html(part: Part) -> str:
    label = f"<strong>{html.escape(part.label)}.</strong> " if part.label else ""
    if part.code:
        before = f'<p style="margin:.3em 0">{label}</p>' if label else ""
        return f'{before}<pre style="margin:.3em 0">{html.escape(part.text)}</pre>'
    return f'<p style="margin:.3em 0">{label}{inline(_sentence(part.text))}</p>'


def inline(text: str) -> str:
    """Escape, then turn `code` between backticks into <code>."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))
