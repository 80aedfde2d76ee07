"""The first process of a container that is one room: it starts the learner's, and passes on.

`python -m workshop.grading.inside.alone REQUEST`. The grader's messages come over standard input
and output, which are pipes; the learner's process gets a socket, as everywhere. This first process
only copies between them. When the grader is gone, it ends, and with it all of the container.
"""

import json
import os
import select
import socket
import sys
import time
from pathlib import Path

from workshop.grading.inside.walls import prevent_tracing

CHUNK = 1 << 16
HOME = "/grading/home"
"""Found in no image: what an image has under a path can come along into an empty folder there."""
GRACE = 2.0
GIVEN_UP = 137
OF_AN_IMAGE = "WORKSHOP_"
"""Variables that lead to the course that the image holds."""


def main() -> None:
    answers = os.dup(1)
    os.dup2(2, 1)  # what an import may print is no message
    for name in [name for name in os.environ if name.startswith(OF_AN_IMAGE)]:
        del os.environ[name]
    from workshop.grading.inside.warm_start import import_everything, learners_process

    import_everything()
    ours, theirs = socket.socketpair()
    order = {"start": {"readable": (), "stage": HOME, "closed": False}, **json.loads(sys.argv[1])}
    child = os.fork()
    if not child:
        try:
            learners_process(order, theirs.fileno(), rungs_here())
        finally:
            os._exit(1)
    theirs.close()
    prevent_tracing()
    pass_on(ours, answers)
    ours.close()
    os._exit(_status_of(child))


def pass_on(line: socket.socket, answers: int) -> None:
    """Copy standard input to the line, and the line to `answers`, until one of them ends."""
    ways = {0: line.fileno(), line.fileno(): answers}
    while True:
        for source in select.select(list(ways), [], [])[0]:
            try:
                content = os.read(source, CHUNK)
                _write(ways[source], content)
            except OSError:
                return
            if not content:
                return


def rungs_here() -> tuple[str, ...]:
    """Which walls stand around this process: looked at, and not taken for granted."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    no_rights = os.geteuid() != 0 and int(status["CapEff"], 16) == 0
    rungs = {
        "own files, all others read-only": bool(os.statvfs("/").f_flag & os.ST_RDONLY),
        "own processes": os.getpid() == 1 or os.getppid() == 1,
        "no network": {name for _, name in socket.if_nameindex()} <= {"lo"},
        "a user without rights": no_rights and status["NoNewPrivs"].strip() == "1",
    }
    return tuple(rung for rung, stands in rungs.items() if stands)


def _write(target: int, content: bytes) -> None:
    while content:
        content = content[os.write(target, content) :]


def _status_of(child: int) -> int:
    """How the learner's process has ended; one that does not end is given up."""
    until = time.monotonic() + GRACE
    while time.monotonic() < until:
        ended, how = os.waitpid(child, os.WNOHANG)
        if ended:
            status = os.waitstatus_to_exitcode(how)
            return status if status >= 0 else 128 - status
        time.sleep(0.02)
    return GIVEN_UP


if __name__ == "__main__":
    main()
