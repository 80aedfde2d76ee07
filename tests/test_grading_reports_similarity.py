"""Passages in common: a copy is found whatever its names, and one answer to one question is not."""

import random
import re
import string

import pytest

from tests.synthetic_grades import answering, empty, graded, solved, with_cells
from workshop.grading.course import lab_of, source_of
from workshop.grading.reports.grades import Grade
from workshop.grading.reports.pages import similarity_page
from workshop.grading.reports.similarity import similarity_of
from workshop.grading.reports.tokens import MOST_TOKENS, tokens_of
from workshop.regions import region_text

HELPER = '''
def confusion(truth, guess, classes=10):
    """Who is taken for whom."""
    table = np.zeros((classes, classes), dtype=int)
    for row, column in zip(truth, guess):
        table[row, column] += 1
    worst = [(table[i, j], i, j) for i in range(classes) for j in range(classes) if i != j]
    worst.sort(reverse=True)
    return table / table.sum(axis=1, keepdims=True)
'''
COPY = re.sub(r'""".*"""', "# mine", HELPER).replace("table", "counts").replace("worst", "most")
OTHER = """
smallest = min(len(rows) for rows in groups.values())
while smallest > 0 and not done:
    smallest -= 1
    done = all(np.isfinite(values).all() for values in groups.values())
    print("left:", smallest, "of", sum(map(len, groups.values())))
assert done or smallest == 0, "it never ended"
"""


def wrote(learner: str, code: str, lab: str = "01") -> Grade:
    return graded(learner, lab=lab, notebook=with_cells(empty(lab), code))


def classroom(count: int, lab: str, seed: int) -> list[Grade]:
    """Learners who answer each exercise rightly, or in a way that the course knows to be wrong."""
    rng = random.Random(seed)
    cells, found = source_of(lab).cells, lab_of(lab)
    assert found
    right = {task.exercise: region_text(cells[task.cell].text) for task in source_of(lab).tasks()}
    return [
        graded(
            f"learner {number}",
            lab=lab,
            notebook=answering(
                lab,
                {
                    question.id: rng.choice(
                        [right[question.id]] * 2 + [*question.exercise.wrong_answers.values()]
                    ).replace("images", rng.choice(["images", "pictures"]))
                    for question in found.questions
                },
            ),
        )
        for number in range(count)
    ]


def test_a_copy_with_other_names_and_comments_is_found() -> None:
    (pair,) = similarity_of([wrote("ana", HELPER), wrote("ben", COPY), wrote("cem", OTHER)]).pairs
    assert (pair.left.learners, pair.right.learners) == (("ana",), ("ben",))
    assert "worst.sort" in pair.left.text(pair.passages[0].left)
    assert "most.sort" in pair.right.text(pair.passages[0].right)


def test_a_copy_is_found_in_code_that_does_not_parse() -> None:
    broken = "if True print('''\n" + OTHER
    (pair,) = similarity_of([wrote("ana", HELPER + "\n)]}"), wrote("ben", COPY + "'")]).pairs
    assert pair.counted >= 30
    assert similarity_of([wrote("ana", broken), wrote("ben", HELPER)]).pairs == ()


def test_the_same_code_is_one_group_and_not_many_pairs() -> None:
    found = similarity_of([wrote(f"learner {n}", HELPER) for n in range(30)])
    ((lab, program),) = found.groups
    assert (lab, len(program.learners), found.pairs) == ("01", 30, ())


@pytest.mark.parametrize("notebook", ["empty", "solved"])
def test_what_the_lab_gives_is_nobodys(notebook: str) -> None:
    given = {"empty": empty, "solved": solved}[notebook]("01")
    found = similarity_of([graded(name, notebook=given) for name in ("ana", "ben")])
    assert (found.pairs, found.groups) == ((), ())


@pytest.mark.parametrize("lab", ["00", "01", "02"])
def test_an_honest_class_has_nothing_in_common(lab: str) -> None:
    found = similarity_of(classroom(9, lab, seed=3))
    assert (found.pairs, found.groups) == ((), ())


def test_what_more_than_ten_share_is_common_knowledge() -> None:
    ends = [f"\n{' + '.join(letter * 2 for letter in letters)}" for letters in
            ("abc"[: n % 3 + 1] + "d" * n for n in range(12))]  # fmt: skip
    assert similarity_of([wrote(f"l {n}", HELPER + end) for n, end in enumerate(ends)]).pairs == ()
    assert similarity_of([wrote(f"l {n}", HELPER + end) for n, end in enumerate(ends[:3])]).pairs


def test_labs_are_not_compared_with_each_other() -> None:
    assert similarity_of([wrote("ana", HELPER, "00"), wrote("ben", COPY, "01")]).pairs == ()


def test_a_passage_ends_with_its_cell() -> None:
    grades = [
        graded(name, notebook=with_cells(empty("01"), code, "answer = left + right"))
        for name, code in (("ana", HELPER), ("ben", COPY))
    ]
    (pair,) = similarity_of(grades).pairs
    assert "answer" not in pair.left.text(pair.passages[0].left)


def test_the_page_accuses_nobody() -> None:
    page = similarity_page(similarity_of([wrote("ana", HELPER), wrote("ben", COPY)])).lower()
    assert "ana" in page
    assert "ask with" in page
    for word in ("cheat", "plagiar", "copied", "suspicious", "offend", "guilty"):
        assert word not in page


def test_any_text_has_tokens_and_not_too_many() -> None:
    rng = random.Random(5)
    signs = string.printable + "\"\"\"'''\\é日\ud800\u202e\0"
    for _ in range(200):
        tokens = tokens_of("".join(rng.choice(signs) for _ in range(300)))
        assert len(tokens.words) == len(tokens.lines)
    assert len(tokens_of("x = 1\n" * 10_000).words) == MOST_TOKENS


def test_names_numbers_and_texts_are_alike_but_not_what_libraries_are_called() -> None:
    assert tokens_of("x = a.mean(1, 'u')  # why").words == tokens_of('y=b.mean( 22,"v" )').words
    assert tokens_of("a.mean()").words != tokens_of("a.sum()").words
    assert tokens_of("if a:\n    b").words != tokens_of("while a:\n    b").words
