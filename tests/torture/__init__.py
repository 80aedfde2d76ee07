"""Submissions that a grader meets sooner or later, each with the score that it deserves.

`notebooks` builds them, `cheats`, `accidents` and `honest` are the tables.
"""
