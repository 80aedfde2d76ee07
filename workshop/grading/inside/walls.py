"""Close the room around this process: own files, own processes, no network, and limits.

Done after the fork, by system calls, and not by starting bubblewrap: a program that is started
anew would have to import Keras again, which takes longer than grading most notebooks. The steps
are bubblewrap's own: new namespaces, a root of read-only mounts, no rights, no way to new ones.

There is no rung with the program bubblewrap, on purpose. Where everybody may make namespaces, it
adds nothing to these walls. Where only bubblewrap may (AppArmor on Ubuntu 24.04), it could close
one wall around the whole house; but what it starts has no rights to more walls, so the learners
inside would be one user who can read and end each other's processes. One bubblewrap for each room
would have to start Keras each time, as a container does, and without a container's limits on
memory. So such machines have `--container` with podman, which needs no root, or the lower rung:
limits and an empty folder, no walls. A report names the rungs of each submission.
"""

import contextlib
import ctypes
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

HOME = "/home/learner"
DEVICES = ("null", "zero", "full", "random", "urandom")

NAMESPACES = {
    "user": 0x10000000,
    "mount": 0x00020000,
    "process": 0x20000000,
    "network": 0x40000000,
    "ipc": 0x08000000,
    "host name": 0x04000000,
}
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
MS_RDONLY, MS_NOSUID, MS_NODEV = 0x1, 0x2, 0x4
MNT_DETACH = 2
MOUNT_SETATTR = 442
"""The same number on every processor; the C library has no name for it yet."""
AT_FDCWD, AT_RECURSIVE = -100, 0x8000
READ_ONLY_NOSUID_NODEV = 0x1 | 0x2 | 0x4
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
CAPABILITIES_V3 = 0x20080522

LINUX = sys.platform == "linux"

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Walls:
    """What a learner's process sees and may take.

    Attributes:
        hidden: folders that are empty even if they lie in what is readable.
        closed: False where the kernel allows no namespaces; then only the limits hold.
        readable: files and folders it sees, read-only; everything else is not there at all.
        stage: an empty folder on which the new root is put together.
        user: the number it runs as where the grader is root; nobody else has it.
        disk: bytes of all files that it may write, in memory.
        memory: bytes of address space of one process. TensorFlow needs 3 GiB.
        processes: how many, threads included.
        file_bytes: the largest file.
        seconds: processor time of one process, all cores added up.
    """

    readable: tuple[str, ...]
    stage: str
    hidden: tuple[str, ...] = ()
    closed: bool = True
    user: int = 1 << 30
    disk: int = 256 << 20
    memory: int = 5 << 30
    processes: int = 256
    file_bytes: int = 128 << 20
    seconds: int = 3600


def enclose(walls: Walls) -> tuple[str, ...]:
    """Fork into a room of its own; the caller goes on inside, and its outer process never returns.

    Returns:
        What holds, in words for a report: the rungs of the ladder that are active.

    Raises:
        OSError: if a step is not allowed here.
    """
    _die_with_parent()
    root = os.geteuid() == 0
    rungs: tuple[str, ...] = ()
    if walls.closed:
        if not LINUX:
            raise OSError(f"{sys.platform} has no namespaces")
        _own_namespaces(root)
        rungs += ("own files, all others read-only", "own processes", "no network")
    _fork_and_wait()  # the first process of the new namespace; all others end with it
    _die_with_parent()
    if walls.closed:
        _own_files(walls, root)
    else:
        _own_folder(walls, root)
    _fork_and_wait()
    if root:
        _become(walls.user)
        rungs += ("a user without rights",)
    elif walls.closed:
        _drop_capabilities()
    _prctl(PR_SET_NO_NEW_PRIVS, 1)
    _die_with_parent()
    _limit(walls)
    return (*rungs, "limits")


def prevent_tracing() -> None:
    """No other process of the same user may look into this one, or steer it."""
    _prctl(PR_SET_DUMPABLE, 0)


def _own_namespaces(root: bool) -> None:
    user, group = os.geteuid(), os.getegid()
    wanted = sum(bit for name, bit in NAMESPACES.items() if not (root and name == "user"))
    _call("unshare", _libc.unshare(wanted))
    if not root:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def _own_files(walls: Walls, root: bool) -> None:
    """A root of memory with read-only views of what is needed, and nothing else."""
    stage = Path(walls.stage)
    _mount("none", "/", None, MS_REC | MS_PRIVATE)
    _mount("tmpfs", walls.stage, "tmpfs", MS_NOSUID | MS_NODEV, f"size={walls.disk},mode=755")
    for source in walls.readable:
        _show(Path(source), stage)
    for folder in walls.hidden:
        if (stage / folder[1:]).is_dir():
            _mount("tmpfs", str(stage / folder[1:]), "tmpfs", MS_RDONLY, "size=4k,mode=755")
    for device in DEVICES:
        _show(Path("/dev") / device, stage, devices=True)
    _folder(stage / "proc", 0o555)
    # Inside a container it may be forbidden, and nothing here depends on it.
    with contextlib.suppress(OSError):
        _mount("proc", str(stage / "proc"), "proc", MS_NOSUID | MS_NODEV)
    owner, group = (walls.user, walls.user) if root else (os.geteuid(), os.getegid())
    for place in (HOME, "/tmp", "/dev/shm"):
        _folder(stage / place[1:], 0o700)
        os.chown(stage / place[1:], owner, group)
    os.chdir(stage)
    here = ctypes.c_char_p(b".")
    _call("pivot_root", _libc.pivot_root(here, here))
    _call("umount", _libc.umount2(b".", MNT_DETACH))
    os.chdir(HOME)


def _show(source: Path, stage: Path, devices: bool = False) -> None:
    """Make a file or folder visible under its own path, read-only."""
    target = stage / str(source)[1:]
    if not source.exists() or target.exists():
        return
    _folder(target.parent, 0o755)
    if source.is_symlink():
        target.symlink_to(os.readlink(source))
        return
    if source.is_dir():
        target.mkdir()
    else:
        target.touch()
    _mount(str(source), str(target), None, MS_BIND | MS_REC)
    flags = READ_ONLY_NOSUID_NODEV & ~(0x4 if devices else 0)
    attributes = (ctypes.c_uint64 * 4)(flags, 0, 0, 0)
    _call(
        f"read-only {target}",
        _libc.syscall(
            MOUNT_SETATTR,
            AT_FDCWD,
            os.fsencode(target),
            AT_RECURSIVE,
            attributes,
            ctypes.sizeof(attributes),
        ),
    )


def _own_folder(walls: Walls, root: bool) -> None:
    """The lower rung: an empty folder, without walls around it."""
    home = Path(walls.stage) / str(os.getpid())
    home.mkdir(mode=0o700)
    if root:
        os.chown(home, walls.user, walls.user)
    os.chdir(home)


def _become(user: int) -> None:
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def _drop_capabilities() -> None:
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_V3, 0)
    _call("capset", _libc.capset(header, (ctypes.c_uint32 * 6)()))


def _die_with_parent() -> None:
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _prctl(what: int, value: int) -> None:
    if LINUX:
        _call("prctl", _libc.prctl(what, value, 0, 0, 0))


def _limit(walls: Walls) -> None:
    import resource

    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, walls.file_bytes),
        (resource.RLIMIT_CPU, walls.seconds),
        (resource.RLIMIT_NPROC, walls.processes),
        (resource.RLIMIT_AS, walls.memory),
    ):
        with contextlib.suppress(*(() if LINUX else (ValueError, OSError))):
            resource.setrlimit(what, (most, most))


def _fork_and_wait() -> None:
    """Go on as the child. The parent only waits, and ends as the child ended."""
    child = os.fork()
    if not child:
        return
    os.closerange(0, 64)  # the line to the grader belongs to the learner's process alone
    status = 0
    while True:  # whatever the learner leaves behind is collected here, too
        ended, how = os.wait()
        if ended == child:
            status = os.waitstatus_to_exitcode(how)
            break
    os._exit(status if status >= 0 else 128 - status)


def _folder(path: Path, mode: int) -> None:
    path.mkdir(mode=mode, parents=True, exist_ok=True)


def _mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    made = _libc.mount(
        os.fsencode(source),
        os.fsencode(target),
        kind.encode() if kind else None,
        ctypes.c_ulong(flags),
        options.encode() or None,
    )
    _call(f"mount {target}", made)


def _call(what: str, result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
