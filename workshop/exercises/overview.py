"""What is solved and what is next, for a notebook and for the terminal."""

from dataclasses import dataclass
from html import escape

from workshop.exercises.base import Exercise
from workshop.exercises.catalogue import exercises_of, parts_with_exercises
from workshop.progress import Standing, standings
from workshop.verdict import COLOURS, GLYPHS, Outcome

HEADINGS = "".join(
    f'<th scope="col" style="text-align:left">{word}</th>'
    for word in ("Outcome", "Exercise", "Title", "Tries")
)


@dataclass(frozen=True)
class Row:
    """An exercise and how it stands."""

    exercise: Exercise
    standing: Standing

    @property
    def outcome(self) -> Outcome:
        """The best so far: passed stays passed."""
        return Outcome.PASSED if self.standing.passed else Outcome(self.standing.last)

    @property
    def tries(self) -> str:
        """How often it was really tried."""
        count = self.standing.tries
        return f"{count} tr{'y' if count == 1 else 'ies'}" if count else ""


@dataclass(frozen=True)
class Overview:
    """Rows of one lab or of all."""

    rows: tuple[Row, ...]

    @property
    def sentence(self) -> str:
        """How many are solved, and which is next."""
        solved = sum(row.standing.passed for row in self.rows)
        todo = [row.exercise for row in self.rows if not row.standing.passed]
        after = f" Next: {todo[0].id} ({todo[0].title})." if todo else " All done."
        return f"{solved} of {len(self.rows)} exercises solved.{after}"

    def __str__(self) -> str:
        lines = [
            f"  {GLYPHS[row.outcome]} {row.outcome.value:<16} {row.exercise.id:<26} "
            f"{row.exercise.title:<40} {row.tries}".rstrip()
            for row in self.rows
        ]
        return "\n".join([self.sentence, *lines])

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><td style="text-align:left;border-left:6px solid {COLOURS[row.outcome]}">'
            f'<span aria-hidden="true">{GLYPHS[row.outcome]}</span> {row.outcome.value}</td>'
            f'<th scope="row" style="text-align:left">{row.exercise.id}</th>'
            f'<td style="text-align:left">{escape(row.exercise.title)}</td>'
            f'<td style="text-align:left">{row.tries}</td></tr>'
            for row in self.rows
        )
        return (
            f'<table><caption style="text-align:left">{escape(self.sentence)}</caption>'
            f"<thead><tr>{HEADINGS}</tr></thead>"
            f"<tbody>{rows}</tbody></table>"
        )


def show_progress(lab: str | None = None) -> Overview:
    """How one lab (`"01"`) stands, or the whole course; kept across restarts."""
    known = standings()
    labs = (lab,) if lab else parts_with_exercises()
    return Overview(
        tuple(
            Row(exercise, known.get(exercise.id, Standing()))
            for number in labs
            for exercise in exercises_of(number)
        )
    )
