"""Two buttons in a notebook: one packs a learner's work, one brings packed work back."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

from ipywidgets import HTML, Button, FileUpload, Layout, VBox

from workshop.bundle.contents import BundleError
from workshop.bundle.packing import pack
from workshop.bundle.unpacking import restore
from workshop.card import Card, Part
from workshop.session import COLAB, forgetful_place
from workshop.verdict import COLOURS, GLYPHS, Outcome

WIDGET = "application/vnd.jupyter.widget-view+json"
WITHOUT_BUTTONS = (
    "Buttons cannot be shown here. In a terminal, `workshop bundle` packs your notebooks, "
    "progress and models into one file, and `workshop restore FILE` brings them back."
)
SAVE_FIRST = "First save: File ▸ Save All. What is not saved is not packed."
SAVE_ON_COLAB = (
    "Colab keeps the notebook itself: File ▸ Save a copy in Drive. The file that you download "
    "here holds your progress and your models."
)
LINK = "color:var(--jp-content-link-color,#0b57d0);text-decoration:underline"
"""A widget's page gives links no looks of their own."""
WIDE = Layout(width="22em")


class TakeAlong:
    """The buttons, and below them in words what became of the last click.

    Shown where widgets are; elsewhere (a printed notebook, a terminal) it names the commands.
    """

    def __init__(self) -> None:
        self.pack = Button(description="Pack my work", icon="download", layout=WIDE)
        self.upload = FileUpload(description="Restore packed work", accept=".zip", layout=WIDE)
        self.replace = Button(description="Replace them with the packed ones", layout=WIDE)
        self.told = HTML()
        advice = SAVE_ON_COLAB if forgetful_place() == COLAB else SAVE_FIRST
        self.box = VBox([HTML(_paragraph(advice)), self.pack, self.upload, self.told])
        self._nothing = self.upload.value
        self._uploaded: tuple[str, bytes] = "", b""
        self.pack.on_click(lambda _: self._tell(self._pack))
        self.upload.observe(lambda change: self._take(change["new"]), "value")
        self.replace.on_click(lambda _: self._tell(lambda: self._restore(overwrite=True)))

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        view = {"version_major": 2, "version_minor": 0, "model_id": self.box.model_id}
        return {"text/plain": WITHOUT_BUTTONS, WIDGET: view}

    def __repr__(self) -> str:
        return WITHOUT_BUTTONS

    def _tell(self, action: Callable[[], str]) -> None:
        """Show what the action says, or why it did nothing."""
        self.box.children = [one for one in self.box.children if one is not self.replace]
        self.told.value = _card("○", "working", "this takes a moment", "#7f8c8d")
        try:
            self.told.value = action()
        except (BundleError, OSError) as error:
            outcome = Outcome.COULD_NOT_CHECK
            title = "nothing was changed"
            self.told.value = _card(
                GLYPHS[outcome], "not done", title, COLOURS[outcome], str(error)
            )

    def _pack(self) -> str:
        path = pack()
        content = path.read_bytes()
        size = f"{len(content) / 1e6:.1f} MB"
        address = "data:application/zip;base64," + base64.b64encode(content).decode()
        name = escape(path.name)
        link = f'<a download="{name}" href="{address}" style="{LINK}">Download {name}</a>'
        return _done("packed", size, f"the file lies in {path}") + _paragraph(
            f"{link}. In another place, choose it with “Restore packed work”."
        )

    def _take(self, value: Any) -> None:
        if not value:
            return
        # ipywidgets 8 gives a row of files; 7, which Colab has, gives them by name.
        name, file = next(iter(value.items())) if isinstance(value, dict) else ("", value[0])
        self._uploaded = Path(name or file["name"]).name, bytes(file["content"])
        self.upload.value = self._nothing  # so that the same file can be chosen again
        self._tell(self._restore)

    def _restore(self, overwrite: bool = False) -> str:
        name, content = self._uploaded
        with tempfile.TemporaryDirectory() as folder:
            bundle = Path(folder) / "bundle.zip"
            bundle.write_bytes(content)
            try:
                restored = restore(bundle, overwrite)
            except BundleError as error:
                raise BundleError(str(error).replace(str(bundle), f"`{name}`")) from error
        if restored.left:
            self.box.children = [*self.box.children, self.replace]
        return _done("restored", name, *restored.lines())


def take_along() -> TakeAlong:
    """Buttons that pack your work into one file to download, and that restore such a file."""
    return TakeAlong()


def _done(word: str, title: str, *lines: str) -> str:
    return _card(GLYPHS[Outcome.PASSED], word, title, COLOURS[Outcome.PASSED], *lines)


def _card(glyph: str, word: str, title: str, colour: str, *lines: str) -> str:
    parts = tuple(Part("", line) for line in lines)
    return Card(glyph, word, title, parts, colour)._repr_html_()


def _paragraph(html: str) -> str:
    return f'<p style="margin:.3em 0">{html}</p>'
