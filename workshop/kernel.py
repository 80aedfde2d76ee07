"""What the course adds to a notebook's kernel: one helpful sentence under a NameError.

IPython loads this as an extension in every kernel of the course's environment, so it helps even
when a lab's first cell has not been run, or is gone.
"""

import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

Handler = Callable[[Any, type[BaseException], BaseException, TracebackType | None], None]


def advice(name: str, known: dict[str, Any]) -> str:
    """What to do about a name that does not exist yet."""
    if "ex" not in known:
        return (
            f"`{name}` is not there yet: this lab's first code cell has not been run.\n"
            "  Try: choose Run ▸ Run All Above Selected Cell. If you deleted that cell,\n"
            f"  `workshop reset {_lab()}-setup` in a terminal brings it back."
        )
    return (
        f"`{name}` is not there yet.\n"
        "  Try: run the cell above that makes it. After a restart every cell has to run again:\n"
        "  choose Run ▸ Run All Above Selected Cell. Else, check the spelling."
    )


def _lab() -> str:
    """The lab's number, from the name under which Jupyter runs this notebook; NN if unknown."""
    name = Path(os.environ.get("JPY_SESSION_NAME", "")).name
    return name[:2] if name[:2].isdigit() else "NN"


def show_name_error(
    shell: Any,
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType | None,
    tb_offset: int | None = None,
) -> None:
    """IPython's usual traceback, then the advice."""
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
    name = getattr(error, "name", None)
    if name:
        print(advice(name, shell.user_ns))


def load_ipython_extension(shell: Any) -> None:
    """Called by IPython."""
    shell.set_custom_exc((NameError,), show_name_error)
