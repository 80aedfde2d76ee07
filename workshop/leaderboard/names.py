"""What people may call themselves on the board, in any language."""

import unicodedata
from typing import Final

from workshop.leaderboard.entry import RefusedEntry

LONGEST: Final = 24
SIGNS: Final = " -_.'’&+"


def checked_name(name: object) -> str:
    """The name as it will stand on the board: spaces at its ends are left out.

    Letters, marks and digits of any language are accepted, and a few signs. Nothing invisible is,
    so no two names look alike because of a hidden character.

    Raises:
        RefusedEntry: if it is empty, too long or holds something else.
    """
    if not isinstance(name, str):
        raise RefusedEntry(
            f'The name has to be a text such as "Ada", not {type(name).__name__}.', 400
        )
    tidy = unicodedata.normalize("NFC", " ".join(name.split()))
    if not tidy:
        raise RefusedEntry("An entry needs a name. Give one, such as Ada.", 400)
    if len(tidy) > LONGEST:
        raise RefusedEntry(
            f"This name has {len(tidy)} characters; {LONGEST} are accepted. Shorten it.", 400
        )
    strange = [sign for sign in tidy if not _accepted(sign)]
    if strange:
        raise RefusedEntry(
            f"The name holds {strange[0]!r}, which is not accepted. Use letters, digits, spaces "
            f"and {SIGNS.strip()}",
            400,
        )
    if not any(unicodedata.category(sign)[0] in "LN" for sign in tidy):
        raise RefusedEntry("The name needs at least one letter or digit.", 400)
    return tidy


def _accepted(sign: str) -> bool:
    return sign in SIGNS or unicodedata.category(sign)[0] in "LMN"
