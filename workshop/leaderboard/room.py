"""Who may send to a served board, and how many at once."""

import secrets
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field

from workshop.leaderboard.entry import RefusedEntry

SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without i, l, o, 0 and 1, which look alike on a projector."""
WORD_LENGTH = 6
MOST_WRONG_WORDS = 10
FORGET_AFTER = 600.0
MOST_GUESSERS = 5_000
MOST_AT_ONCE = 20


def new_word() -> str:
    """A word for one room and one day, such as "k7m-pq2". It stands in no file."""
    signs = "".join(secrets.choice(SIGNS) for _ in range(WORD_LENGTH))
    return f"{signs[:3]}-{signs[3:]}"


@dataclass
class Door:
    """Lets in whoever knows the word of the room, and only so many guesses from one address.

    Attributes:
        word: "" where everybody who reaches the board may send, as on one's own computer.
    """

    word: str = ""
    _wrong: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def check(self, word: str, address: str) -> None:
        """Raise RefusedEntry if the word is wrong, or if this address has guessed too often."""
        if not self.word:
            return
        wrong, now = self._wrong[address], time.monotonic()
        while wrong and now - wrong[0] > FORGET_AFTER:
            wrong.popleft()
        if len(wrong) >= MOST_WRONG_WORDS:
            raise RefusedEntry("Too many wrong words from this address. Wait ten minutes.", 429)
        if not secrets.compare_digest(_plain(word), _plain(self.word)):
            wrong.append(now)
            if len(self._wrong) > MOST_GUESSERS:
                self._wrong.clear()
            raise RefusedEntry(
                "This is not the word of the room. The instructor's terminal shows it.", 403
            )
        if not wrong:
            del self._wrong[address]


@dataclass
class Seats:
    """How many requests with a file are taken at once: being received, waiting or scored."""

    free: int = MOST_AT_ONCE

    def take(self) -> bool:
        """Take a seat if there is one."""
        if self.free:
            self.free -= 1
            return True
        return False

    def leave(self) -> None:
        """Give a seat back."""
        self.free += 1


def _plain(word: str) -> bytes:
    return "".join(sign for sign in word.casefold() if sign.isalnum()).encode()
