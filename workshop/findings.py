"""What the doctor found, as a table for a notebook and as text for a terminal."""

import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "note", "problem"]

GLYPHS: dict[State, str] = {"ok": "✔", "note": "○", "problem": "✘"}
TEXT_WIDTH = 88
_CELL = "text-align:left;vertical-align:top;padding:.25em .8em"


@dataclass(frozen=True)
class Finding:
    """One thing the labs lean on: its name, its state, a sentence, and the command that mends it.

    A *note* is worth knowing and stops nobody; a *problem* has to be mended first.
    """

    name: str
    state: State
    what: str
    fix: str = ""


@dataclass(frozen=True)
class Report:
    """All findings; shown by a notebook as a table, by `print` as text."""

    findings: tuple[Finding, ...]

    @property
    def problems(self) -> tuple[Finding, ...]:
        """The findings that have to be mended."""
        return tuple(finding for finding in self.findings if finding.state == "problem")

    def __str__(self) -> str:
        return report_text(self.findings)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        rows = "".join(_row(finding) for finding in self.findings)
        heads = "".join(
            f'<th scope="col" style="{_CELL}">{head}</th>'
            for head in ("State", "What", "Found", "The command that helps")
        )
        return (
            f'<table><caption style="{_CELL}">{_conclusion(self.findings)}</caption>'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        )


def report_text(findings: Sequence[Finding]) -> str:
    """The findings as lines of text, the conclusion last."""
    return "\n".join([*(_paragraph(finding) for finding in findings), "", _conclusion(findings)])


def _paragraph(finding: Finding) -> str:
    label = f"{GLYPHS[finding.state]} {finding.state:<8}{finding.name:<14}"
    margin = " " * len(label)
    text = textwrap.fill(
        finding.what,
        TEXT_WIDTH,
        initial_indent=label,
        subsequent_indent=margin,
        break_long_words=False,
        break_on_hyphens=False,
    )
    # A command stays on one line, so that it can be copied.
    return f"{text}\n{margin}→ {finding.fix}" if finding.fix else text


def _row(finding: Finding) -> str:
    state = f'<span aria-hidden="true">{GLYPHS[finding.state]}</span> {finding.state}'
    fix = f"<code>{html.escape(finding.fix)}</code>" if finding.fix else ""
    return (
        f'<tr><td style="{_CELL};white-space:nowrap">{state}</td>'
        f'<th scope="row" style="{_CELL}">{html.escape(finding.name)}</th>'
        f'<td style="{_CELL}">{html.escape(finding.what)}</td>'
        f'<td style="{_CELL}">{fix}</td></tr>'
    )


def _conclusion(findings: Sequence[Finding]) -> str:
    problems = sum(finding.state == "problem" for finding in findings)
    if not problems:
        return "This machine is ready."
    return f"This machine is not ready: {problems} problem{'s' * (problems > 1)} to mend."
