"""Code that takes too much, breaks something, or tries to leave; points earned before are kept."""

import os

from tests.torture.notebooks import FULL, HALF, Case, halfway

MARK = f"torture-{os.getpid()}"
"""In the command line of everything that a submission starts, so that it can be searched for."""
PORT = 47_911

STOPPED = "stopped early"


def goes_on(name: str, source: str) -> Case:
    """The cell fails or not; everything else is graded as ever."""
    return Case(name, lambda: halfway(source), FULL)


def ends(name: str, source: str, reason: str) -> Case:
    """The run ends in this cell."""
    return Case(name, lambda: halfway(source), HALF, STOPPED, reason)


ACCIDENTS = (
    goes_on("sys.exit", "import sys\nsys.exit(1)"),
    goes_on("exit", "exit()"),
    ends("os._exit", "import os\nos._exit(0)", "ended by itself"),
    ends("kills itself", "import os\nos.kill(os.getpid(), 9)", "SIGKILL"),
    ends("segfault", "import ctypes\nctypes.string_at(0)", "SIGSEGV"),
    ends("closes everything", "import os\nos.closerange(0, 500)", "ended by itself"),
    goes_on("endless loop", "while True:\n    pass"),
    goes_on("endless sleep", "import time\ntime.sleep(10**6)"),
    ends(
        "never listens",
        "import time\nwhile True:\n    try:\n        time.sleep(9)\n"
        "    except BaseException:\n        pass",
        "a cell took more than",
    ),
    goes_on("input", "name = input('Who are you? ')"),
    ends("fork bomb", "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n"
         "        pass", "a cell took more than"),
    goes_on("memory at once", "x = b'x' * 10**12"),
    goes_on("memory bit by bit", "def eat():\n    x = []\n    while True:\n"
            "        x.append(b'x' * 10**8)\neat()"),
    goes_on("prints 1 GB", "for _ in range(1000):\n    print('x' * 10**6)"),
    goes_on("fills the disk", "with open('large', 'wb') as file:\n    while True:\n"
            "        file.write(b'x' * 10**7)"),
    goes_on("many files", "for i in range(10**6):\n    open(f'f{i}', 'wb').write(b'x' * 10**5)"),
    goes_on("deletes its folder", "import os, shutil\nshutil.rmtree(os.getcwd(), True)\n"
            "shutil.rmtree('/', True)"),
    goes_on("writes elsewhere", "for place in ('/tmp/../gotcha', '/usr/gotcha', '/gotcha',\n"
            "              '/work/gotcha', '/root/gotcha', '../gotcha'):\n    try:\n"
            "        open(place, 'w').write('x')\n    except OSError:\n        pass"),
    goes_on("opens a socket", "import socket\n"
            f"socket.create_connection(('127.0.0.1', {PORT}), 2).send(b'hello')"),
    goes_on("leaves a process", "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c',\n"
            f"    'import time; time.sleep(999)', '{MARK}'], start_new_session=True)"),
    goes_on("double fork", "import os, sys\nif not os.fork():\n    os.setsid()\n"
            "    if not os.fork():\n        os.execv(sys.executable, [sys.executable, '-c',\n"
            f"            'import time; time.sleep(999)', '{MARK}'])\n    os._exit(0)"),
    goes_on("signals all", "import os\nfor number in (15, 1, 2):\n    try:\n"
            "        os.kill(1, number)\n    except OSError:\n        pass"),
    goes_on("warns", "import sys, warnings\nwarnings.warn('hm')\nprint('red', file=sys.stderr)"),
    goes_on("recursion", "def deeper():\n    return deeper()\ndeeper()"),
    goes_on("syntax error", "for in the:"),
    goes_on("slow but right", "import time\ntime.sleep(3)"),
)  # fmt: skip
