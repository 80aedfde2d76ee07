"""The instructor's side: submission → sandboxed run → verdicts → journal → reports.

What a learner has written runs in a room of its own (`inside`), where no judge, no expected value
and no solution can be found. Only data crosses the line. Read on in this order: `submissions`
(what was handed in), `notebook` (its cells), `course` (what was asked), `house` and `room` (where
it runs), `interview` (what is asked there, and judged here), `journal`, `run`, `reports`.
"""
