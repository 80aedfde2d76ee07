"""What is built: deterministic, whole, and with what nbgrader wants to know."""

import json
from pathlib import Path

import nbformat
import pytest

from workshop.authoring.build import BuildError, build, with_outputs_of
from workshop.authoring.notebooks import lab_notebook, solution_notebook, to_text
from workshop.authoring.table import readme_with_table
from workshop.cli import main
from workshop.source import lab_paths, read_lab

LAB00 = read_lab(lab_paths()[0])


def test_the_same_source_gives_the_same_bytes() -> None:
    assert to_text(lab_notebook(LAB00)) == to_text(lab_notebook(read_lab(LAB00.path)))


def test_a_lab_is_a_valid_notebook_without_outputs() -> None:
    notebook = lab_notebook(LAB00)
    nbformat.validate(notebook)
    assert [cell.outputs for cell in notebook.cells if cell.get("outputs")] == []
    assert "BEGIN SOLUTION" not in to_text(notebook)


def test_nbgraders_metadata_is_in_the_cells() -> None:
    cells = {
        cell.id: cell.metadata.nbgrader
        for cell in lab_notebook(LAB00).cells
        if "nbgrader" in cell.metadata
    }
    assert (cells["00-invert"].solution, cells["00-invert"].locked) == (True, False)
    check = cells["00-invert-check"]
    assert (check.grade, check.points, check.schema_version, check.locked) == (True, 2, 3, True)


def test_cell_ids_are_unique() -> None:
    for path in lab_paths():
        ids = [cell.id for cell in lab_notebook(read_lab(path)).cells]
        assert len(set(ids)) == len(ids)


def test_outputs_stay_with_their_code() -> None:
    stored, fresh = solution_notebook(LAB00), solution_notebook(LAB00)
    first = next(cell for cell in stored.cells if cell.cell_type == "code")
    first.outputs = [nbformat.v4.new_output("stream", text="hello")]
    kept = with_outputs_of(stored, fresh)
    assert next(c for c in kept.cells if c.cell_type == "code").outputs[0].text == "hello"


def test_the_readme_gets_a_row_for_each_lab_and_keeps_the_rest(repository: Path) -> None:
    readme = (repository / "README.md").read_text("utf-8")
    labs = [read_lab(path) for path in lab_paths()]
    fresh = readme_with_table(readme, labs)
    assert [f"[{lab.number} {lab.title}]" in fresh for lab in labs] == [True] * len(labs)
    assert readme_with_table(fresh, labs) == fresh
    assert readme_with_table("no markers", labs) == "no markers"


def test_outputs_are_never_stored_from_the_stand_in(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_NPZ", "stand-in")
    with pytest.raises(BuildError, match="must run on the real digits"):
        build(execute_all=True)


def test_a_broken_source_is_a_message_and_writes_nothing(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = course / "solutions" / "00_start_here.py"
    source.write_text(source.read_text().replace("### END SOLUTION", "", 1))
    before = (course / "labs" / "00_start_here.ipynb").read_text()
    assert main(["build", "--no-execute"]) == 2
    assert "without its partner" in capsys.readouterr().err
    assert (course / "labs" / "00_start_here.ipynb").read_text() == before


def test_stored_solutions_hold_no_path_of_the_machine_that_ran_them(repository: Path) -> None:
    for path in lab_paths():
        text = path.with_suffix(".ipynb").read_text("utf-8")
        outputs = [c.get("outputs") for c in json.loads(text)["cells"]]
        assert str(repository) not in json.dumps(outputs)
        assert str(Path.home()) + "/" not in json.dumps(outputs)
