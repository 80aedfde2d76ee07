"""Let every processor compute convolutions with oneDNN, the library that is made for them.

TensorFlow brings oneDNN along, and uses it without being asked only on Linux and on processors with
instructions for neural networks, such as AVX-512 VNNI. Elsewhere it is faster, too:
`benchmarks/switches.py` measures it. Whoever wants to compare sets ``TF_ENABLE_ONEDNN_OPTS=0``.

TensorFlow says in its log, from `port.cc`, when it is on.
"""

from __future__ import annotations

import os
from typing import Final

SWITCH: Final = "TF_ENABLE_ONEDNN_OPTS"


def fast_convolutions() -> None:
    """Turn oneDNN on, before TensorFlow is imported. What the learner has set stands."""
    os.environ.setdefault(SWITCH, "1")
