"""What has been graded already: a SQLite file in the report's folder.

Each result is one transaction, written through to the disk before anybody is told of it. So the
grader may be killed at any moment: nothing that was graded is lost or graded again. A result
is kept under a key made of the submission's content, the exercises and the environment; if one of
them changes, the key is another.
"""

import hashlib
import json
import platform
import secrets
import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import workshop
from workshop.data import mnist_source
from workshop.grading.results import Result
from workshop.grading.room import Limits
from workshop.source import lab_paths, part_of, script_path

PACKAGES = ("tensorflow", "tensorflow-cpu", "keras", "numpy", "scipy", "scikit-learn", "ipython")
TABLES = """
CREATE TABLE IF NOT EXISTS result (key TEXT PRIMARY KEY, result TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS secret (seed TEXT NOT NULL);
"""


class NotAJournalError(ValueError):
    """The file is something else, or damaged. The message says which, and what to do."""


class Journal:
    """Results by key. May be used from several threads.

    Raises:
        NotAJournalError: if the file is something else.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._base = sqlite3.connect(path, timeout=30, check_same_thread=False)
        path.chmod(0o600)  # it holds the seed of the private inputs
        try:
            self._base.execute("PRAGMA synchronous=FULL")
            self._base.executescript(TABLES)
        except sqlite3.DatabaseError as error:
            self._base.close()
            raise NotAJournalError(
                f"{path} cannot be used ({error}). Move it away, and everything is graded anew."
            ) from error

    @property
    def seed(self) -> int:
        """Where the private inputs come from: drawn once, so that equal work gets equal grades."""
        with self._lock, self._base:
            found = self._base.execute("SELECT seed FROM secret").fetchone()
            if found is None:
                found = (str(secrets.randbits(128)),)
                self._base.execute("INSERT INTO secret VALUES (?)", found)
            return int(found[0])

    def find(self, key: str) -> Result | None:
        """What is known of a key."""
        with self._lock:
            query = "SELECT result FROM result WHERE key = ?"
            found = self._base.execute(query, (key,)).fetchone()
        return Result.from_json(json.loads(found[0])) if found else None

    def keep(self, key: str, result: Result) -> None:
        """Write a result; when this returns, it is on the disk."""
        text = json.dumps(result.to_json())
        with self._lock, self._base:
            self._base.execute("INSERT OR REPLACE INTO result VALUES (?, ?)", (key, text))

    def forget(self, keys: Iterable[str]) -> None:
        """Let these be graded anew."""
        with self._lock, self._base:
            self._base.executemany("DELETE FROM result WHERE key = ?", [(key,) for key in keys])

    def close(self) -> None:
        """Close the file."""
        self._base.close()


def key_of(digest: str, lab: str, limits: Limits) -> str:
    """The key of a submission: its content, the lab's exercises, and what they run on."""
    facts = [digest, lab, exercises(lab), environment(), asdict(limits)]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


NO_PART = ("commands", "grading/reports")
"""Folders of the package that no grade depends on."""


@cache
def exercises(lab: str) -> str:
    """A fingerprint of the package, as far as grades depend on it, and of the lab's source."""
    package = Path(workshop.__file__).parent
    modules = [
        path
        for path in sorted(package.rglob("*.py"))
        if not path.relative_to(package).as_posix().startswith(NO_PART)
    ]
    sources = [path for path in (*lab_paths(), script_path()) if part_of(path) == lab]
    found = hashlib.sha256()
    for path in (*modules, *sources):
        found.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


@cache
def environment() -> dict[str, str]:
    """What the exercises run on: by name, the version of all that a grade may depend on."""
    digits = "real" if mnist_source().real else "stand-in"
    found = {"processor": platform.machine(), "Python": platform.python_version(), "digits": digits}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
