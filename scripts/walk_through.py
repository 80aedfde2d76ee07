"""Work a lab through in Chromium as a learner would, and look: a maintainer's tool.

    .venv/bin/python scripts/walk_through.py 03 --pictures folder [--answers all]

Opens the empty lab in a real JupyterLab and goes from cell to cell. In each exercise it first
types a wrong answer (with `--answers all`, each one that the exercise knows), then the solution.
It prints what the check says, and takes a picture of every feedback and of every figure. It ends
with an error if a cell stopped, a wrong answer passed, or an exercise is unsolved.
"""

import argparse
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from playwright.sync_api import Locator  # noqa: E402

from tests.jupyter import LabPage, chromium, jupyterlab  # noqa: E402
from workshop.authoring.notebooks import read_all_labs  # noqa: E402
from workshop.exercises.catalogue import find_exercise  # noqa: E402
from workshop.regions import fill_region, region_text  # noqa: E402
from workshop.source import LabSource, Task  # noqa: E402


@dataclass
class Walk:
    """One lab on the page; `faults` grows."""

    lab: LabSource
    page: LabPage
    pictures: Path
    every_answer: bool
    faults: list[str] = field(default_factory=list)

    def go(self) -> None:
        """From the first cell to the last."""
        tasks = {task.cell: task for task in self.lab.tasks()}
        checks = {task.check for task in tasks.values()}
        # The first one is not the source's: it brings the package to where it is missing.
        cells = self.page.page.locator(".jp-CodeCell").all()[1:]
        places = [i for i, cell in enumerate(self.lab.cells) if cell.kind == "code"]
        on_page = dict(zip(places, cells, strict=True))
        for index, cell in on_page.items():
            if index in checks:
                continue
            if task := tasks.get(index):
                self._exercise(task, cell, on_page[task.check])
            else:
                self._look(self.page.run(cell), f"{index:03}-cell")
        if count := self.page.tracebacks():
            self.faults.append(f"{count} cells ended in an error")

    def _exercise(self, task: Task, cell: Locator, check: Locator) -> None:
        exercise = find_exercise(task.exercise)
        assert exercise is not None
        source = self.lab.cells[task.cell].text
        wrong = list(exercise.wrong_answers.items())
        for diagnosis, answer in wrong if self.every_answer else wrong[:1]:
            name = f"{task.exercise}-wrong-{diagnosis}"
            said = self._try(cell, check, fill_region(source, answer), name)
            print(f"{task.exercise}, typed wrong ({diagnosis}):\n  {said}")
            if "Not yet" not in said:
                self.faults.append(f"{task.exercise}: {diagnosis} was not told: {said}")
        said = self._try(cell, check, region_text(source), f"{task.exercise}-right")
        print(f"{task.exercise}, typed right:\n  {said}")
        if "Passed" not in said:
            self.faults.append(f"{task.exercise}: the solution did not pass: {said}")

    def _try(self, cell: Locator, check: Locator, code: str, name: str) -> str:
        self.page.type_answer(cell, code)
        feedback = self.page.run(check)
        self._look(feedback, name)
        return " / ".join(feedback.inner_text().split("\n"))

    def _look(self, output: Locator, name: str) -> None:
        if output.locator("img, [role=status], .jupyter-widgets").count():
            output.scroll_into_view_if_needed()
            output.screenshot(path=self.pictures / f"{name}.png")


def walk(number: str, pictures: Path, every_answer: bool) -> list[str]:
    """Work one lab through in a copy of the course; what went wrong."""
    (lab,) = (lab for lab in read_all_labs() if lab.number == number)
    pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        own = shutil.ignore_patterns("progress.jsonl", "models", "backup", ".*")
        for name in ("labs", "solutions", "skeleton"):
            shutil.copytree(REPOSITORY / name, home / name, ignore=own)
        with jupyterlab(home) as address, chromium() as browser:
            page = LabPage.open(browser, address, home / "labs" / f"{lab.name}.ipynb")
            one = Walk(lab, page, pictures, every_answer)
            one.go()
            page.page.screenshot(path=pictures / "end.png")
    return one.faults


def main() -> int:
    """Walk through the lab that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lab", help="a lab's number, such as 03")
    parser.add_argument("--pictures", type=Path, default=Path("walk-through"))
    parser.add_argument("--answers", choices=("first", "all"), default="first")
    options = parser.parse_args()
    faults = walk(options.lab, options.pictures, options.answers == "all")
    print("\n".join(faults) or "no fault found")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
