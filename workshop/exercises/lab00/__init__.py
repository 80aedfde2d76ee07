"""Lab 00, Start here: what feedback looks like, functions, hidden state, seeds."""

from workshop.exercises.lab00.first import Invert, Pixels
from workshop.exercises.lab00.repeatable import HiddenState, SameNumbers

pixels = Pixels()
invert = Invert()
hidden_state = HiddenState()
same_numbers = SameNumbers()
