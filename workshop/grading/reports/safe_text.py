"""What comes from a learner, made fit to be shown: of bounded length, with nothing hidden in it."""

import hashlib
import re

LONGEST_LINE = 120
LONGEST_TEXT = 4_000
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, the terminal's escape among them
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # they turn the direction of what follows
    "\u2028\u2029\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f"
    "\ud800-\udfff]"  # halves of characters: no file can hold them
)
HARMLESS_NAME = re.compile(r"(?!.*-[0-9a-f]{10}$)[a-z0-9][a-z0-9_-]{0,39}")
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)$")
"""Windows keeps these names for devices."""


def visible(text: str, most: int = LONGEST_TEXT) -> str:
    r"""The text with hidden characters written out, such as `\u202e`, and cut to `most`."""
    cut = text if len(text) <= most else text[: most - 1] + "…"
    return HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", cut)


def in_line(text: str, most: int = LONGEST_LINE) -> str:
    """The same on one line, for names and titles."""
    return visible(" ".join(text.split()), most)


def file_name(name: str) -> str:
    """A file's name, without its ending, for any learner: harmless everywhere, never shared.

    A plain name stays as it is. Any other gets ten digits of its hash, so that neither `Ana` and
    `ana` nor `a/b` and `a b` meet, and so that the name does not depend on who else is there.
    """
    if HARMLESS_NAME.fullmatch(name) and not RESERVED.match(name):
        return name
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-")
    digits = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{plain or 'learner'}-{digits}"
