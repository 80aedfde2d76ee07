"""The process that has imported Keras already, and forks a copy of itself for each notebook.

`python -m workshop.grading.inside.warm_start N`, with a Unix socket as file descriptor N. It runs
no learner's code and no TensorFlow operation: a fork after one would hang. Requests are one line
of JSON each. `{"start": walls, "seconds": …}`, with the line for the new process as an attached
file descriptor, is answered with its `pid`. `{"end": pid}` ends it and all of its processes, and
is answered with its `status`.
"""

import json
import os
import signal
import socket
import sys
import tempfile
import time
from typing import Any

LINE = 3
GRACE = 2.0
"""Seconds that a process whose line is closed has to end by itself, so that its status is known."""
READY = b"ready\n"


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    import_everything()
    control.sendall(READY)
    while True:
        content, descriptors, _, _ = socket.recv_fds(control, 1 << 16, 1)
        if not content:
            return
        request = json.loads(content)
        if "start" in request:
            answer = {"pid": _start(request, descriptors[0])}
        else:
            answer = {"status": _end(int(request["end"]))}
        control.sendall(json.dumps(answer).encode() + b"\n")


def import_everything() -> None:
    """Import what most notebooks import, so that they find it done."""
    os.environ["MPLBACKEND"] = "agg"
    import IPython.core.interactiveshell  # noqa: F401
    import keras  # noqa: F401
    import matplotlib.pyplot  # noqa: F401
    import scipy.ndimage  # noqa: F401
    import sklearn.datasets  # noqa: F401

    import workshop.grading.inside.kernel
    import workshop.plots  # noqa: F401


def _start(request: dict[str, Any], line: int) -> int:
    child = os.fork()
    if child:
        os.close(line)
        return child
    try:
        learners_process(request, line)
    finally:
        os._exit(1)


def learners_process(request: dict[str, Any], line: int, around: tuple[str, ...] = ()) -> None:
    """Close the room, and answer over the line to the end; `around` are walls that stand already.

    Called in the child, right after the fork.
    """
    from workshop.grading.inside.kernel import Kernel
    from workshop.grading.inside.walls import Walls, enclose
    from workshop.grading.inside.wire import Line, LineClosedError

    os.dup2(line, LINE)
    os.closerange(LINE + 1, os.sysconf("SC_OPEN_MAX"))
    os.setsid()
    connection = Line(socket.socket(fileno=LINE))
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)
    try:
        rungs = enclose(Walls(**request["start"]))
    except OSError as error:
        connection.send({"no_room": str(error)})
        return
    here = os.getcwd()
    os.environ.update(HOME=here, WORKSHOP_LABS=here, TMPDIR=here)
    tempfile.tempdir = None  # found anew, in the new home
    sys.argv = ["notebook"]
    connection.send({"rungs": [*around, *rungs]})
    try:
        Kernel(connection, float(request["seconds"])).serve()
    except LineClosedError:
        return


def _end(process: int) -> int:
    """How the process ended; after a moment of grace it is ended."""
    until = time.monotonic() + GRACE
    seen = os.WEXITED | os.WNOHANG | os.WNOWAIT  # its number stays its own until the group is gone
    while time.monotonic() < until and not os.waitid(os.P_PID, process, seen):
        time.sleep(0.01)
    os.killpg(process, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


if __name__ == "__main__":
    main()
