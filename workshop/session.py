"""Places where a learner's files are lost when the session ends, and one reminder to take them."""

import os
import tempfile
from pathlib import Path

ON_BINDER = ("BINDER_LAUNCH_HOST", "BINDER_REPO_URL", "BINDER_SERVICE_HOST")
"""BinderHub sets the first two in every server it starts; Kubernetes adds the third."""
ON_COLAB = "COLAB_RELEASE_TAG"
BINDER, COLAB = "Binder", "Google Colab"

REMINDER = """\
{place} forgets your files when this session ends. Take your work along now and then:
    from workshop.bundle import take_along; take_along()
or, in a terminal, `workshop bundle`. (This is said once.)
"""


def forgetful_place() -> str:
    """The name of the place that this session runs in, if it loses files; "" if it keeps them."""
    if any(name in os.environ for name in ON_BINDER):
        return BINDER
    return COLAB if ON_COLAB in os.environ else ""


def remind_once() -> None:
    """Say how to take the work along, once for all notebooks of a session that forgets."""
    place = forgetful_place()
    if not place:
        return
    try:
        _said().touch(exist_ok=False)
    except OSError:
        # Said already; or it could not be remembered, and would be said again and again.
        return
    print(REMINDER.format(place=place))


def _said() -> Path:
    """A file that ends with the session, as the whole temporary folder of such a place does."""
    return Path(tempfile.gettempdir()) / "workshop-reminded"
