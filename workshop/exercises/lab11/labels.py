"""What a store lets in as a label: a whole number 0 to 9, and nothing that only looks like one."""

from workshop.verdict import Verdict, not_yet

TEN, BELOW, TRUE, TEXT, ZERO, NINE = range(9, 15)
"""The calls with these labels, among all that an exercise makes."""


def about_labels(said: list[str], differs: set[int]) -> Verdict | None:
    """A wrong label that was let in, or a right one that was not; None if it is neither.

    Args:
        said: the word that each call was answered with.
        differs: the calls that were answered wrongly.
    """
    if {TEN, BELOW} & differs:
        return not_yet(
            "any-number",
            f"your answer to the label 10 is “{said[TEN]}”, and to the label -1 “{said[BELOW]}”.",
            "one label outside 0 to 9, and the next training stops, or worse, does not.",
            "refuse unless `0 <= label <= 9`.",
        )
    if TEXT in differs:
        return not_yet(
            "text-is-a-number",
            f'your answer to the label "7", a text, is “{said[TEXT]}”.',
            "rule 1 asks for a whole number. `int(…)` makes one of a text, of 7.9 and of True, "
            "and then nobody notices what came.",
            "refuse it as it came: `type(label) is not int`.",
        )
    if TRUE in differs:
        return not_yet(
            "true-is-one",
            f"your answer to the label True is “{said[TRUE]}”.",
            "for Python, True is an int, and equals 1. JSON has true, too: a checkbox would "
            "become ones.",
            "`type(label) is int`, which True is not.",
        )
    if differs == {ZERO}:
        return not_yet(
            "zero-refused",
            f"your answer to the label 0 is “{said[ZERO]}”.",
            "0 counts as false in `if not label`. Zeros would never be collected.",
            "compare with numbers: `0 <= label <= 9`.",
        )
    if differs == {NINE} and said[NINE] == "refused":
        return not_yet(
            "nine-refused",
            "the label 9 is refused.",
            "0 to 9 are ten digits, and 9 is one of them. Nines would never be collected.",
            "`0 <= label <= 9`.",
        )
    return None
