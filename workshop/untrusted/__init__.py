"""Run a network that a stranger made, without trusting the file it came in.

A `.keras` file describes a program. This package lets it answer pictures and do nothing else, in
four steps, each of which would have to fail:

1. `model_file` takes the two parts that matter out of the file, within size limits.
2. `architecture` reads the description and refuses every layer that is not on a short list.
3. `child`, a process of its own under `limits`, looks through the numbers (`weights`) and lets
   Keras load and run what is left, in its safe mode.
4. `answers` takes the answers back as plain numbers, and judges their shape. The right answers
   never leave the process that asks.

What it does not do: it is no virtual machine. The child runs as the same user, so a fault in
Keras, TensorFlow or HDF5 that lets a list of numbers run code would get through. Who fears that
runs the whole board in a container.
"""

from workshop.untrusted.answers import Reading, answers_of
from workshop.untrusted.limits import Limits
from workshop.untrusted.model_file import ModelFile
from workshop.untrusted.refusal import RefusedModel

__all__ = ["Limits", "ModelFile", "Reading", "RefusedModel", "answers_of"]
