"""What of the README is made from the labs: their table, its minutes, and Binder's badge."""

import re

import nbformat

from workshop.authoring.links import repository
from workshop.places import solutions_folder
from workshop.source import LabSource

BEGIN = "<!-- labs: written by `workshop build` -->"
END = "<!-- end of labs -->"

BADGE = "[![Launch on Binder](https://mybinder.org/badge_logo.svg)]"

WORDS_PER_MINUTE = 150
"""Reading with a finger on the text, not a novel."""
MINUTES_PER_TASK = 5
"""Think, type, read the verdict, try again."""
ROUND_TO = 5


def counted_minutes(lab: LabSource) -> int:
    """What the lab takes: its words, its exercises, and the seconds its solution really ran."""
    words = sum(len(re.findall(r"\w+", cell.text)) for cell in lab.cells)
    minutes = words / WORDS_PER_MINUTE + MINUTES_PER_TASK * len(lab.tasks()) + run_seconds(lab) / 60
    return max(ROUND_TO, round(minutes / ROUND_TO) * ROUND_TO)


def run_seconds(lab: LabSource) -> int:
    """How long the stored solution took to run, in seconds; 0 before its first run."""
    path = solutions_folder() / f"{lab.name}.ipynb"
    if not path.exists():
        return 0
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    return int(notebook.metadata.get("workshop", {}).get("run_seconds", 0))


def readme_with_table(readme: str, labs: list[LabSource]) -> str:
    """The README with a fresh table between its two markers, and a badge that opens the first lab.

    Where it has no markers or no badge, none is added.
    """
    there = repository()
    rows = [
        f"| [{lab.number} {lab.title}](labs/{lab.name}.ipynb) | {lab.minutes} | "
        f"{run_seconds(lab)} s | {len(lab.tasks())} | {lab.outcome.replace(chr(10), ' ')} | "
        f"[Binder]({there.binder(lab.name)}) · [Colab]({there.colab(lab.name)}) |"
        for lab in labs
    ]
    head = [
        "| Lab | Minutes | of which the machine | Exercises | At the end you will have "
        "| Without installing |",
        "| --- | ---: | ---: | ---: | --- | --- |",
    ]
    table = "\n".join([BEGIN, "", *head, *rows, "", END])
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.S)
    readme = pattern.sub(lambda _: table, readme)
    link = f"{BADGE}({there.binder(labs[0].name)})" if labs else BADGE
    return re.sub(rf"{re.escape(BADGE)}\([^)]*\)", lambda _: link, readme)
