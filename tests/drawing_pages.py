"""The drawing page on a small server of the tests' own, and a person's hands on it."""

import json
import mimetypes
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import CDPSession, Locator, Page, expect

from workshop.data.drawings import Strokes, all_drawings
from workshop.drawing import DrawingError, digit_from_strokes

PAGE = Path(__file__).parent.parent / "workshop" / "serving" / "page"
SECURITY = "default-src 'self'"
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)  # a busy machine takes its time; nothing here tests how much

Reader = Callable[[np.ndarray], np.ndarray]
"""(28, 28) uint8 → ten probabilities."""


def nearest_drawing() -> Reader:
    """A reader that needs no training: which of the tests' own drawings is most alike."""
    drawings = all_drawings()
    known = np.stack([digit_from_strokes(d.strokes, d.size).ravel() / 255 for d in drawings])
    labels = np.array([drawing.digit for drawing in drawings])

    def read(picture: np.ndarray) -> np.ndarray:
        gaps = np.linalg.norm(known - picture.ravel() / 255, axis=1)
        alike = np.exp(-2 * np.array([gaps[labels == digit].min() for digit in range(10)]))
        return alike / alike.sum()

    return read


@dataclass
class Server:
    """What a test may look at and change while the page is open."""

    read: Reader
    address: str = ""
    asked: list[str] = field(default_factory=list)
    kept: list[tuple[int, Any]] = field(default_factory=list)
    refusal: tuple[int, dict[str, str], str] | None = None
    seconds: float = 0
    at_once: int = 0
    most_at_once: int = 0

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.refusal:
            return self.refusal[0], {"error": self.refusal[2]}
        try:
            picture = digit_from_strokes(body["strokes"], body["size"])
        except DrawingError as error:
            return 422, {"error": str(error)}
        return self.feedback(body) if path == "/feedback" else self.predict(picture)

    def predict(self, picture: np.ndarray) -> tuple[int, dict[str, Any]]:
        time.sleep(self.seconds)
        probabilities = self.read(picture)
        return 200, {
            "digit": int(probabilities.argmax()),
            "probabilities": probabilities.tolist(),
            "model": {"name": "test", "version": "1"},
            "milliseconds": 1.0,
            "seen": picture.tolist(),
        }

    def feedback(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        drawing = (body["label"], body["strokes"])
        if drawing in self.kept:
            return 200, {"stored": False, "reason": "duplicate"}
        self.kept.append(drawing)
        return 201, {"stored": True, "count": len(self.kept)}


@contextmanager
def page_served(read: Reader) -> Iterator[Server]:
    """Serve the page, and let `read` read what is drawn on it."""
    state = Server(read)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            state.asked.append(self.path)
            file = PAGE / (self.path.removeprefix("/page/") if self.path != "/" else "index.html")
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            self.send(200, file.read_bytes(), {"Content-Type": kind})

        def do_POST(self) -> None:
            state.asked.append(self.path)
            state.at_once += 1
            state.most_at_once = max(state.most_at_once, state.at_once)
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, content = state.answer(self.path, body)
            state.at_once -= 1
            more = state.refusal[1] if state.refusal else {}
            self.send(status, json.dumps(content).encode(), more)

        def send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            given = {"Content-Type": "application/json", "Content-Security-Policy": SECURITY}
            for name, value in (given | headers | {"Content-Length": str(len(content))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Tests speak for themselves."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """The page hangs up on questions that have become pointless."""

    with Quiet(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        state.address = f"http://127.0.0.1:{server.server_address[1]}/"
        try:
            yield state
        finally:
            server.shutdown()


@dataclass(frozen=True)
class Pad:
    """A pad, on the page or in a notebook, as a person handles it."""

    page: Page
    root: Locator

    @classmethod
    def on(cls, page: Page, address: str) -> "Pad":
        """Open the page."""
        page.goto(address)
        pad = cls(page, page.locator(".pad"))
        expect(pad.paper).to_be_visible()
        return pad

    @property
    def paper(self) -> Locator:
        return self.root.get_by_role("application", name="Drawing pad")

    def on_screen(self, strokes: Strokes) -> Strokes:
        """Strokes on a square of side 1, in pixels of the window."""
        self.paper.scroll_into_view_if_needed()
        box = self.paper.bounding_box()
        assert box is not None
        left, top, side = box["x"] + 3, box["y"] + 3, box["width"] - 6
        return [[[left + side * x, top + side * y] for x, y in stroke] for stroke in strokes]

    def draw(self, strokes: Strokes) -> None:
        """With the mouse, on a square of side 1."""
        for stroke in self.on_screen(strokes):
            self.page.mouse.move(*stroke[0])
            self.page.mouse.down()
            for x, y in stroke[1:]:
                self.page.mouse.move(x, y)
            self.page.mouse.up()

    def answer(self) -> str:
        """The digit that is read, once the drawing as it is now has been answered."""
        expect(self.root.locator("[aria-busy=false]")).to_be_attached()
        return self.root.locator(".pad-answer").inner_text()

    def bars(self) -> list[str]:
        """What stands beside the ten bars."""
        return self.root.locator(".pad-value").all_inner_texts()

    def ink(self) -> float:
        """The share of the pad's pixels that carry ink."""
        share: float = self.paper.evaluate(
            """async paper => {
                await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
                const {data} = paper.getContext('2d').getImageData(0, 0, paper.width, paper.height);
                return data.filter((value, n) => n % 4 === 3 && value > 0).length * 4 / data.length;
            }"""
        )
        return share


def touch(session: CDPSession, path: list[list[float]]) -> None:
    """Put a finger down, move it along the path, lift it."""

    def send(kind: str, points: list[list[float]]) -> None:
        touches = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    send("touchStart", path[:1])
    for point in path[1:]:
        send("touchMove", [point])
    send("touchEnd", [])
