"""The leaderboard of lab 04: accuracy against parameters, on pictures that nobody has seen.

``from workshop.leaderboard import Leaderboard``. Importing it does not import Keras.
"""

from workshop.leaderboard.board import Leaderboard
from workshop.leaderboard.client import post
from workshop.leaderboard.entry import Entry, RefusedEntry
from workshop.leaderboard.store import NotABoard

__all__ = ["Entry", "Leaderboard", "NotABoard", "RefusedEntry", "post"]
