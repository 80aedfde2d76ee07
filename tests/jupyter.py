"""Small typed wrappers for a real JupyterLab and a real browser; both always clean up."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

START_SECONDS = 120
CELL_MILLISECONDS = 180_000
HAS_RUN = re.compile(r"\[\d+\]")
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A test reads every cell, so JupyterLab must draw those outside the window too.
SETTINGS = {"windowingMode": "none", "recordTiming": False}


def find_chromium() -> str | None:
    """The browser that is installed here, if one is."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


@contextmanager
def jupyterlab(home: Path) -> Iterator[str]:
    """`workshop lab` on the course in `home`; its address with the token."""
    settings = home / "settings"
    tracker = settings / "@jupyterlab" / "notebook-extension" / "tracker.jupyterlab-settings"
    tracker.parent.mkdir(parents=True)
    tracker.write_text(json.dumps(SETTINGS))
    environment = os.environ | {
        "WORKSHOP_HOME": str(home),
        "WORKSHOP_PROGRESS": str(home / "labs" / "progress.jsonl"),
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    command = [sys.executable, "-m", "workshop", "lab", "--no-browser"]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
        )
        try:
            yield _address(process)
        finally:
            process.terminate()
            process.wait(30)


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    impatience = threading.Timer(START_SECONDS, process.kill)
    impatience.start()
    try:
        for line in process.stdout:
            if found := re.search(r"http://\S+token=\S+", line):
                return found[0]
    finally:
        impatience.cancel()
    raise AssertionError(f"JupyterLab ended with {process.wait()} before it gave an address")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_OPTIONS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass(frozen=True)
class LabPage:
    """One notebook, open in JupyterLab, as a learner handles it."""

    page: Page
    code_cells: int
    collapsed: int = 0

    @classmethod
    def open(cls, browser: Browser, address: str, notebook: Path) -> "LabPage":
        """Open a notebook of labs/ and wait until all of it is there and its kernel is ready."""
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(re.sub(r"/lab(/tree/[^?]*)?\?", f"/lab/tree/{notebook.name}?", address))
        cells = json.loads(notebook.read_text())["cells"]
        code = [cell["metadata"] for cell in cells if cell["cell_type"] == "code"]
        collapsed = sum(data.get("jupyter", {}).get("source_hidden", False) for data in code)
        lab = cls(page, len(code), collapsed)
        expect(page.locator(".jp-CodeCell")).to_have_count(lab.code_cells, timeout=60_000)
        lab.wait_for_idle()
        return lab

    def cell_with(self, text: str) -> Locator:
        """The code cell whose code holds `text`."""
        code = self.page.locator(".jp-CodeCell").filter(
            has=self.page.locator(".jp-InputArea", has_text=text)
        )
        return code.first

    def type_answer(self, cell: Locator, code: str) -> None:
        """Replace the code of a cell and run it."""
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(code)
        self.run(cell)

    def run(self, cell: Locator) -> Locator:
        """Run a cell as it stands; its output."""
        prompt = cell.locator(".jp-InputPrompt")
        before = prompt.inner_text()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        expect(prompt).not_to_have_text(before, timeout=CELL_MILLISECONDS)
        expect(prompt).to_have_text(HAS_RUN, timeout=CELL_MILLISECONDS)
        return cell.locator(".jp-Cell-outputArea")  # a widget has one inside, too

    def run_all(self) -> None:
        """Choose Run All Cells, and wait until the last one has run."""
        self.menu("Run", "Run All Cells")
        ran = self.page.locator(".jp-CodeCell .jp-InputPrompt", has_text=HAS_RUN)
        # A collapsed cell shows no number.
        expect(ran).to_have_count(self.code_cells - self.collapsed, timeout=CELL_MILLISECONDS)

    def restart_kernel(self) -> None:
        """A new Python: every name is gone."""
        self.menu("Kernel", "Restart Kernel…")
        self.page.locator(".jp-Dialog").get_by_role("button", name="Confirm Kernel Restart").click()
        self.wait_for_idle()

    def menu(self, *path: str) -> None:
        """Choose an entry of the menu bar."""
        self.page.locator(".lm-MenuBar-itemLabel", has_text=re.compile(f"^{path[0]}$")).click()
        for label in path[1:]:
            entry = self.page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{label}$"))
            entry.click()

    def wait_for_idle(self) -> None:
        """Until the kernel is there and waits."""
        # The notebook's own indicator says "idle" even before a kernel is connected.
        status = self.page.locator("#jp-main-statusbar").get_by_text("(ipykernel) | Idle")
        expect(status).to_be_visible(timeout=CELL_MILLISECONDS)

    def verdicts(self) -> list[str]:
        """The first line of every verdict on the page."""
        return self.page.locator('.jp-OutputArea [role="status"] > p:first-child').all_inner_texts()

    def tracebacks(self) -> int:
        """How many cells ended in an error."""
        return self.page.locator('[data-mime-type="application/vnd.jupyter.error"]').count()
