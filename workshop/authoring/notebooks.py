"""A lab's source becomes notebooks: the one learners open, and the solution."""

from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode, v4

from workshop.authoring.links import repository
from workshop.authoring.package_cell import package_cell
from workshop.exercises.catalogue import exercises_of
from workshop.regions import strip_solution
from workshop.source import LabSource, SourceError, lab_paths, read_lab

NBGRADER_SCHEMA = 3
COLLAPSED: dict[str, object] = {"jupyter": {"source_hidden": True}}
"""The metadata of a cell that shows one line until it is opened."""


@dataclass(frozen=True)
class Grading:
    """What nbgrader wants to know of a cell."""

    grade_id: str
    grade: bool = False
    solution: bool = False
    points: float = 0

    def metadata(self) -> dict[str, object]:
        """The `nbgrader` entry of the cell's metadata."""
        entry: dict[str, object] = {
            "grade_id": self.grade_id,
            "grade": self.grade,
            "solution": self.solution,
            "locked": not self.solution,
            "task": False,
            "schema_version": NBGRADER_SCHEMA,
        }
        return entry | ({"points": self.points} if self.grade else {})


def read_all_labs() -> list[LabSource]:
    """Every lab of the course."""
    return [read_lab(path) for path in lab_paths()]


def lab_notebook(lab: LabSource) -> NotebookNode:
    """What the learner opens: regions are placeholders, and there are no outputs."""
    notebook = _notebook(lab, solved=False)
    number = lab.number
    notebook.cells.insert(1, _cell("code", f"{number}-package", package_cell(number), COLLAPSED))
    return notebook


def solution_notebook(lab: LabSource) -> NotebookNode:
    """The solution, not yet executed."""
    return _notebook(lab, solved=True)


def to_text(notebook: NotebookNode) -> str:
    """The notebook as its file is written: always the same bytes for the same notebook."""
    text: str = nbformat.writes(notebook, version=nbformat.NO_CONVERT)
    return text + "\n"


def opening(lab: LabSource) -> str:
    """The first cell of a lab, made from its header."""
    there = repository()
    titles = {path.stem[:2]: path.stem for path in lab_paths()}
    needs = ", ".join(f"[{number}]({titles.get(number, number)}.ipynb)" for number in lab.needs)
    return (
        f"# {lab.number} · {lab.title}\n\n"
        f"**At the end you will have** {lab.outcome}\n\n"
        f"**Time**: about {lab.minutes} minutes. **Needs**: "
        + (f"lab {needs}." if needs else "nothing but curiosity.")
        + "\n\n**Without installing anything**: open this lab "
        f"[on Binder]({there.binder(lab.name)}) or [on Google Colab]({there.colab(lab.name)})."
    )


def _notebook(lab: LabSource, solved: bool) -> NotebookNode:
    grading = _grading(lab)
    cells = [_cell("markdown", f"{lab.number}-opening", opening(lab), {})]
    for index, cell in enumerate(lab.cells):
        entry = grading.get(index)
        metadata: dict[str, object] = {"tags": list(cell.tags)} if cell.tags else {}
        if entry:
            metadata["nbgrader"] = entry.metadata()
        cell_id = entry.grade_id if entry else f"{lab.number}-cell-{index + 1:02}"
        text = cell.text if solved or cell.kind == "markdown" else strip_solution(cell.text)
        cells.append(_cell(cell.kind, cell_id, text, metadata))
    notebook: NotebookNode = v4.new_notebook(
        cells=cells,
        metadata={
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
            "workshop": {"lab": lab.number},
        },
    )
    return notebook


def _cell(kind: str, cell_id: str, source: str, metadata: dict[str, object]) -> NotebookNode:
    """A cell; `new_notebook` validates all of them at once, which is sooner than one by one."""
    ran: dict[str, object] = {"outputs": [], "execution_count": None} if kind == "code" else {}
    cell: NotebookNode = nbformat.from_dict(
        {"cell_type": kind, "id": cell_id, "source": source, "metadata": metadata} | ran
    )
    return cell


def _grading(lab: LabSource) -> dict[int, Grading]:
    """nbgrader's entries by cell index."""
    points = {exercise.id: exercise.points for exercise in exercises_of(lab.number)}
    code = [index for index, cell in enumerate(lab.cells) if cell.kind == "code"]
    entries = {code[0]: Grading(f"{lab.number}-setup")} if code else {}
    for task in lab.tasks():
        if task.exercise not in points:
            raise SourceError(
                f"{lab.path.name} checks {task.exercise}, which "
                f"workshop/exercises/lab{lab.number}.py does not define."
            )
        entries[task.cell] = Grading(task.exercise, solution=True)
        entries[task.check] = Grading(
            f"{task.exercise}-check", grade=True, points=points[task.exercise]
        )
    return entries
