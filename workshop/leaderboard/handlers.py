"""What the server answers: a page, the entries as JSON, and a verdict on each file sent."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar, cast
from urllib.parse import unquote, urlsplit

from tornado import httputil, web

from workshop.leaderboard.board import Leaderboard
from workshop.leaderboard.client import WORD_HEADER, fields_of
from workshop.leaderboard.entry import DATASETS, DatasetName, Entry, RefusedEntry
from workshop.leaderboard.names import LONGEST, checked_name
from workshop.leaderboard.room import Door, Seats
from workshop.leaderboard.section import sections
from workshop.leaderboard.table import place
from workshop.untrusted.model_file import LARGEST_FILE

Result = TypeVar("Result")

FORM_ROOM = 100_000
"""Bytes that a form takes besides its file."""
MOST_RECEIVED = 10 * LARGEST_FILE
"""A file larger than allowed is received up to here, so that its sender can read the answer."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")
POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'nonce-{nonce}'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass
class Service:
    """A board with everything that serving it needs.

    Scoring and drawing have one thread each: a second network at the same time would make both
    slow, and matplotlib is not made for threads.
    """

    board: Leaderboard
    door: Door = field(default_factory=Door)
    seats: Seats = field(default_factory=Seats)
    scorer: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "scorer"))
    painter: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "painter"))

    async def score(self, content: bytes, name: str, dataset: str) -> Entry:
        """Score a file as soon as those before it are done."""
        submit = self.board.submit_bytes
        wanted = cast(DatasetName, dataset)  # submit_bytes checks it
        return await _in(self.scorer, lambda: submit(content, name=name, dataset=wanted))

    async def sections(self) -> str:
        """Every board as HTML."""
        return await _in(self.painter, lambda: sections(self.board.boards()))


async def _in(pool: ThreadPoolExecutor, action: Callable[[], Result]) -> Result:
    return await asyncio.get_running_loop().run_in_executor(pool, action)


class Base(web.RequestHandler):
    """What all answers share: headers that keep the page to itself, and errors as sentences."""

    def initialize(self, service: Service) -> None:
        self.service = service
        self.nonce = secrets.token_urlsafe(16)
        self.set_header("Content-Security-Policy", POLICY.format(nonce=self.nonce))

    def set_default_headers(self) -> None:
        self.set_header("X-Content-Type-Options", "nosniff")
        # Not "no-referrer": with it, browsers send a form as if from nowhere (Origin: null).
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("Cache-Control", "no-cache")
        self.clear_header("Server")

    def prepare(self) -> None:
        # A board without a word is for this computer alone, also if a strange page in its browser
        # has given this address a name of its own (DNS rebinding).
        if not self.service.door.word and self.request.host_name not in LOOPBACK:
            raise web.HTTPError(403, reason="Only this computer")

    @property
    def wants_json(self) -> bool:
        """Whether the answer is for a program."""
        return "application/json" in self.request.headers.get("Accept", "")

    async def show_page(self, message: str = "", alert: bool = False) -> None:
        """The whole page."""
        self.render(
            "page.html",
            nonce=self.nonce,
            boards=await self.service.sections(),
            message=message,
            alert=alert,
            needs_word=bool(self.service.door.word),
            largest_file=LARGEST_FILE,
            longest_name=LONGEST,
        )


class PageHandler(Base):
    """`GET /`: the boards, and a form to send a file."""

    async def get(self) -> None:
        sent = self.get_query_argument("sent", "")
        await self.show_page(_said_about(sent, self.service.board))


class BoardsHandler(Base):
    """`GET /boards`: only what changes. Unchanged, it answers 304 without a body."""

    async def get(self) -> None:
        self.finish(await self.service.sections())


@web.stream_request_body
class EntriesHandler(Base):
    """`GET /entries` lists them as JSON; `POST /entries` takes a file.

    A form sends it as multipart, a program as the bare body, with name and dataset in the query and
    the word of the room in the header `X-Room-Word`.
    """

    def prepare(self) -> None:
        self.received = bytearray()
        self.refusal: RefusedEntry | None = None
        self.seated = False
        super().prepare()
        if self.request.method != "POST":
            return
        self.request.connection.set_max_body_size(MOST_RECEIVED)  # type: ignore[union-attr]
        self.seated = self.service.seats.take()
        if not self.seated:
            self.refusal = RefusedEntry("Many are sending at the moment. Try in a minute.", 429)

    def data_received(self, chunk: bytes) -> None:
        if len(self.received) + len(chunk) > LARGEST_FILE + FORM_ROOM:
            self.refusal = self.refusal or RefusedEntry(
                f"This file is too large: {LARGEST_FILE / 1e6:.0f} MB are accepted.", 413
            )
        if self.refusal:
            self.received.clear()
        else:
            self.received += chunk

    def on_finish(self) -> None:
        self._leave()

    def on_connection_close(self) -> None:
        self._leave()

    def get(self) -> None:
        """All entries, best first within each board."""
        boards = self.service.board.boards()
        self.finish({"entries": [fields_of(e) for _, entries in boards for e in entries]})

    async def post(self) -> None:
        try:
            entry, name = await self._score()
        except RefusedEntry as refusal:
            await self._refuse(refusal)
            return
        if self.wants_json:
            said = _said_about(entry.sha256, self.service.board, name)
            self.set_status(201)
            self.finish({**fields_of(entry), "said": said})
        else:
            self.redirect(f"/?sent={entry.sha256[:16]}", status=303)

    async def _score(self) -> tuple[Entry, str]:
        """The entry, and the name that its sender gave."""
        self._check_origin()
        if self.refusal:
            raise self.refusal
        content, fields = _form(self.request, bytes(self.received))
        self.received.clear()
        address = self.request.remote_ip or ""
        self.service.door.check(fields.get("word", ""), address)
        if not content:
            raise RefusedEntry("No file came with this. Choose a .keras file.", 400)
        name = checked_name(fields.get("name"))
        return await self.service.score(content, name, fields.get("dataset", DATASETS[0])), name

    def _check_origin(self) -> None:
        """No other page in the same browser may send in a learner's name."""
        headers = self.request.headers
        origin = headers.get("Origin")
        elsewhere = origin is not None and urlsplit(origin).netloc != self.request.host
        if elsewhere or headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            raise RefusedEntry("This came from another page. Use the form of the board.", 403)

    async def _refuse(self, refusal: RefusedEntry) -> None:
        self.set_status(refusal.status)
        if refusal.status == 429:
            self.set_header("Retry-After", "60")
        if self.wants_json:
            self.finish({"error": str(refusal)})
        else:
            await self.show_page(str(refusal), alert=True)

    def _leave(self) -> None:
        if self.seated:
            self.seated = False
            self.service.seats.leave()


def _form(request: httputil.HTTPServerRequest, body: bytes) -> tuple[bytes, dict[str, str]]:
    """The file and the fields of a request.

    Raises:
        RefusedEntry: if it is neither a form nor a bare file.
    """
    kind = request.headers.get("Content-Type", "")
    if kind.startswith("multipart/form-data"):
        arguments: dict[str, list[bytes]] = {}
        files: dict[str, list[httputil.HTTPFile]] = {}
        try:
            httputil.parse_body_arguments(kind, body, arguments, files)
        except httputil.HTTPInputError as error:
            raise RefusedEntry("This form cannot be read. Send it again.", 400) from error
        content = files["file"][0].body if "file" in files else b""
        return content, _texts(arguments)
    if kind.startswith("application/octet-stream"):
        word = unquote(request.headers.get(WORD_HEADER, ""))
        return body, {**_texts(request.query_arguments), "word": word}
    raise RefusedEntry(
        "Send a .keras file as multipart/form-data (a form) or application/octet-stream.", 415
    )


def _texts(arguments: dict[str, list[bytes]]) -> dict[str, str]:
    return {name: values[-1].decode("utf-8", "replace") for name, values in arguments.items()}


def _said_about(sha256: str, board: Leaderboard, sender: str = "") -> str:
    """Where the network with this fingerprint, or the start of one, stands; "" if nowhere."""
    if len(sha256) < 16:
        return ""
    for _, entries in board.boards():
        for entry in entries:
            if entry.sha256.startswith(sha256):
                return place(entry, entries, sender)
    return ""
