"""What `workshop grade` leaves in the folder REPORT: for people, platforms and programs.

Everything that a learner can choose, a name or a line of code, is taken for hostile here: it is
bounded, made visible (`safe_text`) and escaped by whatever writes the format.
"""

from pathlib import Path

from workshop.files import write_whole
from workshop.grading.reports.gradebooks import canvas_csv, moodle_csv, unknown_to
from workshop.grading.reports.grades import Grade, best_of_each, by_learner
from workshop.grading.reports.gradescope import gradescope_json
from workshop.grading.reports.junit import junit_xml
from workshop.grading.reports.pages import class_page, learner_page, page_of, similarity_page
from workshop.grading.reports.results_json import SCHEMA_FILE, results_json
from workshop.grading.reports.roster import EMPTY, Roster
from workshop.grading.reports.safe_text import file_name, in_line
from workshop.grading.reports.similarity import similarity_of
from workshop.grading.reports.tables import grades_csv

MOST_NAMED = 10


def write_reports(grades: list[Grade], folder: Path, roster: Roster = EMPTY) -> list[str]:
    """Write every report into a folder, the grades first; each file is replaced whole.

    Returns:
        Sentences about what the instructor has to look at.
    """
    best = best_of_each(grades)
    write_whole(folder / "grades.csv", _bytes(grades_csv(best)))
    write_whole(folder / "results.json", results_json(grades))
    write_whole(folder / "results.schema.json", SCHEMA_FILE.read_bytes())
    write_whole(folder / "junit.xml", junit_xml(best))
    write_whole(folder / "canvas.csv", _bytes(canvas_csv(best, roster)))
    write_whole(folder / "moodle.csv", _bytes(moodle_csv(best, roster)))
    for grade in best:
        name = f"{file_name(grade.submission.learner)}-{grade.submission.lab or 'no-lab'}"
        write_whole(folder / "gradescope" / name / "results.json", gradescope_json(grade))
    for learner, listed in by_learner(best).items():
        write_whole(folder / page_of(learner), learner_page(learner, listed))
    write_whole(folder / "class.html", class_page(best))
    write_whole(folder / "similarity.html", similarity_page(similarity_of(best)))
    return [] if roster is EMPTY else _unknown(roster, best)


def _unknown(roster: Roster, grades: list[Grade]) -> list[str]:
    learners = unknown_to(roster, grades)
    named = ", ".join(in_line(learner) for learner in learners[:MOST_NAMED])
    more = f" and {len(learners) - MOST_NAMED} more" if len(learners) > MOST_NAMED else ""
    return [f"not found in the roster: {named}{more}"] if learners else []


def _bytes(table: str) -> bytes:
    return table.encode("utf-8", "backslashreplace")
