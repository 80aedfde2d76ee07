"""Keep memory that was freed for the next batch, instead of handing it back to the system.

A training step that prepares its own batch, such as one that warps the digits anew, frees hundreds
of megabytes and asks for the same again. The C library of Linux hands back at once what a thread
freed, and the system then gives page after page anew, each filled with zeros. That can double the
time: `benchmarks/switches.py` measures it. On other systems, and with another C library, nothing is
changed.

Source: `man 3 mallopt` (glibc).
"""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Final

TRIM_THRESHOLD: Final = -1
TOP_PAD: Final = -2
MMAP_THRESHOLD: Final = -3

MEBIBYTE: Final = 2**20
LARGEST_KEPT: Final = 32 * MEBIBYTE
"""Blocks above go back at once; it is the most that every glibc accepts."""
KEPT: Final = 512 * MEBIBYTE
ONE_HEAP: Final = 64 * MEBIBYTE
"""What glibc reserves for a thread's arena. With as much spare room an arena is never given up."""

OF_THE_LEARNER: Final = ("MALLOC_", "GLIBC_TUNABLES", "LD_PRELOAD")


def keep_freed_memory() -> None:
    """Ask the C library to keep what is freed. To be called before TensorFlow is imported.

    What the learner has set in an environment variable (``MALLOC_…_``, ``GLIBC_TUNABLES``, or an
    allocator of their own in ``LD_PRELOAD``) stands.
    """
    if sys.platform != "linux" or any(name.startswith(OF_THE_LEARNER) for name in os.environ):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return
    mallopt(MMAP_THRESHOLD, LARGEST_KEPT)
    mallopt(TRIM_THRESHOLD, KEPT)
    mallopt(TOP_PAD, ONE_HEAP)
