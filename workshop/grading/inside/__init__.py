"""What runs inside the sandbox, beside the learner's code. It may know nothing that helps to pass.

`wire` is the line to the grader, `walls` close the room, `kernel` runs cells and probes,
`warm_start` is the process that all of these are forked from, `network` loads what is tried away
from its author's code. `exercise` and `undrawn` stand in for parts of the package. The folder is
copied into the learner's side of the package (`workshop.grading.learner_side`), so nothing here
imports the grader's own modules.
"""
