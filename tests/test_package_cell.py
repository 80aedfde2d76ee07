"""A lab's first cell: nothing where the course is installed, and the course itself on Colab."""

import json
import os
import shutil
import subprocess
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.servers import files, serving
from tests.test_locks import pins
from workshop.authoring.links import repository
from workshop.authoring.notebooks import lab_notebook, read_all_labs
from workshop.authoring.package_cell import missing_on_colab, package_cell
from workshop.session import ON_COLAB

# Every code cell of a lab in order, as Run All does; then what the session found and kept.
RUN_ALL = """
import json, sys
names = {"__name__": "__main__"}
for code in json.loads(sys.stdin.read()):
    exec(code, names)
from workshop import places
from workshop.exercises import lab00 as ex
from workshop.handing_out import hand_out
print(ex.pixels.check(784))
print(ex.pixels.solution())
found = {"package": places.PACKAGE, "labs": places.labs_folder(), "keeps": places.progress_file()}
found = {name: str(path) for name, path in found.items()}
print(json.dumps(found | {"handed out": [path.name for path in hand_out()]}))
"""


class Colab:
    """A Python with all libraries of the course and without the course, as on Colab."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder / "venv", with_pip=True)
        self.home = folder / "content"
        self.home.mkdir()
        self.python = folder / "venv" / "bin" / "python"
        (site,) = (folder / "venv").glob("lib/python3*/site-packages")
        # Without running the .pth files there: one of them leads to this checkout.
        (site / "libraries.pth").write_text(sysconfig.get_path("purelib"))

    def run(self, cells: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
        """Run these cells one after the other, and then look where things are."""
        own = {k: v for k, v in os.environ.items() if not k.startswith(("WORKSHOP_", "PYTHON"))}
        return subprocess.run(
            [self.python, "-c", RUN_ALL],
            input=json.dumps(cells),
            capture_output=True,
            text=True,
            check=False,
            cwd=self.home,
            env=own | {"HOME": str(self.home), "MNIST_NPZ": "stand-in"} | environment,
        )


@pytest.fixture
def colab(tmp_path: Path) -> Colab:
    return Colab(tmp_path)


def archive(folder: Path) -> bytes:
    """What GitHub offers for a tag: every file, in a folder of its own."""
    top = folder / "archive" / "pixels-to-production-0.1.0"
    clean = shutil.ignore_patterns("__pycache__", "progress.jsonl", "models", "backup", "*.zip")
    for name in ("workshop", "labs", "solutions"):
        shutil.copytree(REPOSITORY / name, top / name, ignore=clean)
    for name in ("pyproject.toml", "README.md", ".gitignore"):
        shutil.copy(REPOSITORY / name, top / name)
    made = shutil.make_archive(str(folder / "source"), "zip", top.parent)
    return Path(made).read_bytes()


def code_of_lab_00() -> list[str]:
    cells = lab_notebook(read_all_labs()[0]).cells
    return [cell.source for cell in cells if cell.cell_type == "code"]


def test_it_is_the_first_code_cell_of_every_lab_and_one_line_until_it_is_opened() -> None:
    for lab in read_all_labs():
        first = next(cell for cell in lab_notebook(lab).cells if cell.cell_type == "code")
        assert first.source == package_cell(lab.number)
        assert first.metadata["jupyter"]["source_hidden"]


def test_it_asks_for_this_very_version() -> None:
    assert repository().archive() in package_cell("00")
    assert repository().archive().endswith(f"/v{repository().version}.zip")


def test_what_it_adds_on_colab_is_what_the_lock_pins() -> None:
    locked = pins("requirements.txt")
    for pin in (*missing_on_colab("00"), *missing_on_colab("08")):
        assert pin == str(locked[pin.partition("==")[0]][0]).partition(";")[0].strip()
    assert set(missing_on_colab("07")) < set(missing_on_colab("08"))


def test_where_the_course_is_installed_it_does_nothing(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, object] = {}
    exec(package_cell("00"), names)
    assert names.keys() - {"__builtins__"} == {"workshop"}
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_a_python_without_the_course_is_told_what_to_do_and_nothing_is_installed(
    colab: Colab,
) -> None:
    run = colab.run([package_cell("00")])
    assert run.stderr.splitlines()[-1].startswith("ModuleNotFoundError: ")
    assert "Open the labs with `make lab`" in run.stderr
    assert not list(colab.python.parent.parent.rglob("workshop"))


@pytest.mark.slow
def test_on_colab_it_brings_the_package_and_the_lab_runs(colab: Colab, tmp_path: Path) -> None:
    path = "some-one/a-course/archive/refs/tags/v0.1.0.zip"
    with serving(files({path: archive(tmp_path)})) as (address, asked):
        cells = code_of_lab_00()
        cells[0] = cells[0].replace(repository().archive(), address + path)
        run = colab.run(cells, **{ON_COLAB: "release-colab"})
    assert run.returncode == 0, run.stderr
    assert asked == [f"/{path}"]
    assert "PASSED" in run.stdout
    assert "pixels = 28 * 28" in run.stdout
    found = json.loads(run.stdout.splitlines()[-1])
    assert found["package"].startswith(str(colab.python.parent.parent))
    assert found["labs"] == str(colab.home / "pixels-to-production" / "labs")
    assert found["handed out"] == [f"{lab.name}.ipynb" for lab in read_all_labs()]
    assert "00-pixels" in Path(found["keeps"]).read_text()
