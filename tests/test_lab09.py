"""Lab 09's judges: right answers in any honest form pass, slips get their name, nothing crashes."""

import hashlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.judging import (
    SLIPS,
    assert_explained,
    assert_named,
    assert_passes,
    function,
    identity,
    judged,
    on_a_graders_inputs,
)
from workshop.exercises import lab09 as ex
from workshop.exercises.base import Exercise
from workshop.source import lab_paths, read_lab

SIGNATURES: dict[Exercise, str] = {
    ex.chunks: "pictures, size",
    ex.fingerprint: "picture",
    ex.fault_of: "picture",
    ex.nightly: "db, pictures, ask, model, size",
    ex.statement: "insert",
}
TEXTS: dict[Exercise, str] = {ex.table: "TABLE", ex.upsert: "UPSERT", ex.per_digit: "PER_DIGIT"}
NEEDED = ("### BEGIN SOLUTION", "def sort_out", "REJECT = ")


@cache
def names_of_the_lab() -> dict[str, Any]:
    """What the lab's own answers and helpers are, without running the rest of it."""
    lab = read_lab(next(path for path in lab_paths() if path.name == "09_batch.py"))
    names: dict[str, Any] = {"np": np, "hashlib": hashlib}
    for cell in lab.cells:
        if cell.kind == "code" and any(word in cell.text for word in NEEDED):
            exec(cell.text, names)
    return names


def of_the_lab(name: str) -> Any:
    return names_of_the_lab()[name]


def answered(exercise: Exercise, code: str) -> Any:
    """The answer that this code makes, with the lab's names around it."""
    scope = dict(names_of_the_lab())
    if exercise in TEXTS:
        exec(code, scope)
        return scope[TEXTS[exercise]]
    return function(SIGNATURES[exercise], code, scope)


def chunks_by_while(pictures: Any, size: int) -> Iterator[Any]:
    first = 0
    while first < len(pictures):
        yield [first, pictures[first : min(first + size, len(pictures))]]
        first += size


def chunks_by_expression(pictures: Any, size: int) -> Any:
    return ((first, pictures[first : first + size]) for first in range(0, len(pictures), size))


def blake(picture: Any) -> str:
    return hashlib.blake2b(picture.tobytes(), digest_size=16).hexdigest()


def with_the_shape(picture: Any) -> str:
    return f"{picture.shape}:" + hashlib.sha256(picture).hexdigest()


UNIQUE = """CREATE TABLE IF NOT EXISTS predictions (
    id INTEGER PRIMARY KEY, picture TEXT NOT NULL, model TEXT NOT NULL, scan INTEGER, digit INTEGER,
    confidence REAL, corrected INTEGER, UNIQUE (model, picture))"""
STRICT = """create table if not exists predictions (picture text, model text, scan integer,
    digit integer, confidence real, corrected integer, primary key (model, picture))
    strict, without rowid;"""
LOWER = """insert into predictions(picture, model, scan, digit, confidence) values (?, ?, ?, ?, ?)
    on conflict do update set (scan, digit, confidence) =
    (excluded.scan, excluded.digit, excluded.confidence)"""
NUMBERED = """INSERT INTO predictions (confidence, digit, scan, model, picture)
    VALUES (?5, ?4, ?3, ?2, ?1) ON CONFLICT (model, picture) DO UPDATE
    SET confidence = excluded.confidence, digit = excluded.digit, scan = excluded.scan"""
ROUNDED = """select digit, count(confidence) as many, round(mean(confidence), 2) from predictions
    where model = $1 group by all order by 1;"""


def fault_by_one_condition(picture: Any) -> str:
    good = np.shape(picture) == (28, 28) and picture.dtype == np.uint8 and picture.max() > 1
    if good:
        frame = np.ones((28, 28), bool)
        frame[1:-1, 1:-1] = False
        good = picture[frame].mean() <= 127
    return "" if good else "broken"


def nightly_without_helpers(db: Any, pictures: Any, ask: Any, model: str, size: int) -> int:
    """Explicit commits, one insert at a time, and no question where there is nothing to ask."""
    fault_of, fingerprint = of_the_lab("fault_of"), of_the_lab("fingerprint")
    upsert, reject = of_the_lab("UPSERT"), of_the_lab("REJECT")
    asked = 0
    for first in range(0, len(pictures), size):
        fresh = []
        for scan in range(first, min(first + size, len(pictures))):
            if fault := fault_of(pictures[scan]):
                db.execute(reject, (scan, fault))
                continue
            key = fingerprint(pictures[scan])
            query = "SELECT 1 FROM predictions WHERE picture = ? AND model = ?"
            if not db.execute(query, (key, model)).fetchone():
                fresh.append((scan, key))
        if fresh:
            answers = ask(np.stack([pictures[scan] for scan, _ in fresh]))
            for (scan, key), row in zip(fresh, answers.tolist(), strict=True):
                digit = row.index(max(row))
                try:
                    db.execute(upsert, (key, model, scan, digit, round(row[digit], 6)))
                except Exception:
                    db.rollback()
                    raise
        db.commit()
        asked += len(fresh)
    return asked


def by_names(insert: Any) -> Any:
    new = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=[insert.table.c.model, insert.table.c.picture],
        set_={insert.table.c.digit: new.digit, "confidence": new.confidence, "scan": new["scan"]},
    )


RIGHT: list[tuple[Exercise, Any]] = [
    (ex.chunks, chunks_by_while),
    (ex.chunks, chunks_by_expression),
    (ex.fingerprint, blake),
    (ex.fingerprint, with_the_shape),
    (ex.table, UNIQUE),
    (ex.table, STRICT),
    (ex.upsert, LOWER),
    (ex.upsert, NUMBERED),
    (ex.fault_of, fault_by_one_condition),
    (ex.nightly, nightly_without_helpers),
    (ex.per_digit, ROUNDED),
    (ex.statement, by_names),
]


@pytest.mark.parametrize(("exercise", "answer"), RIGHT, ids=identity)
def test_another_way_to_the_right_answer_passes(exercise: Exercise, answer: Any) -> None:
    assert_passes(exercise.verdict(answer))


@on_a_graders_inputs
@pytest.mark.parametrize(("exercise", "answer"), RIGHT, ids=identity)
def test_a_right_answer_passes_on_a_graders_own_inputs(
    exercise: Exercise, answer: Any, seed: int
) -> None:
    assert_passes(judged(exercise, answer, seed))


@on_a_graders_inputs
@pytest.mark.parametrize("exercise", [*SIGNATURES, *TEXTS], ids=identity)
def test_a_wrong_answer_keeps_its_name_on_a_graders_own_inputs(
    exercise: Exercise, seed: int
) -> None:
    for name, code in exercise.wrong_answers.items():
        assert_named(judged(exercise, answered(exercise, code), seed), name)


@pytest.mark.parametrize("exercise", SIGNATURES, ids=identity)
@pytest.mark.parametrize(("answer", "diagnosis"), SLIPS)
def test_common_slips_have_their_name_everywhere(
    exercise: Exercise, answer: Any, diagnosis: str
) -> None:
    assert_named(exercise.verdict(answer), diagnosis)


STORED_BEHIND_THE_LOOP = """\
asked = 0
for first, part in chunks(pictures, size):
    places, keys, broken = sort_out(db, first, part, model)
    rows = [
        (keys[place], model, first + place, int(answer.argmax()), float(answer.max()))
        for place, answer in zip(places, ask(part[places]))
    ]
    asked += len(rows)
with db:
    db.executemany(UPSERT, rows)
    db.executemany(REJECT, broken)
return asked
"""
ONLY_THE_DARK_ONE_ASKED = ex.nightly.wrong_answers["broken-asked"].replace(
    "if keys[p] not in have", "if keys[p] not in have and part[p].max() > 1"
)
QUOTED = """PER_DIGIT = "SELECT digit, count(*), avg(confidence) FROM predictions WHERE model = '?'
GROUP BY digit ORDER BY digit\""""
OTHER_SLIPS: list[tuple[Exercise, str, str]] = [
    (ex.chunks, "first = 0\nwhile True:\n    yield first, pictures[first : first + size]",
     "other-rows"),
    (ex.fingerprint, "return str(hash(picture.tobytes()))", "salted"),
    (ex.fingerprint, "return hashlib.sha256(picture.tobytes()).digest()", "no-hexdigest"),
    (ex.fingerprint, "return hashlib.blake2b(picture.tobytes())", "no-hexdigest"),
    (ex.nightly, STORED_BEHIND_THE_LOOP, "only-one-chunk"),
    (ex.nightly, ONLY_THE_DARK_ONE_ASKED, "broken-asked"),
    (ex.per_digit, QUOTED.replace("\nGROUP", " GROUP"), "model-written-in"),
]  # fmt: skip


@on_a_graders_inputs
@pytest.mark.parametrize(("exercise", "code", "diagnosis"), OTHER_SLIPS)
def test_the_same_slip_in_other_words_has_the_same_name(
    exercise: Exercise, code: str, diagnosis: str, seed: int
) -> None:
    assert_named(judged(exercise, answered(exercise, code), seed), diagnosis)


ODDITIES: list[Any] = [
    [], [1, 2], {}, {"a": 1}, 0, 1.5, True, "text", "", ["a", "b"], [[1, 2], [3]], np.array(1),
    np.array([]), np.array(["a"]), np.zeros((4, 4)), np.zeros((3, 4, 4)), [(0, [1, [2]])],
    [(0, np.zeros((5, 2, 2)))], [(0, np.zeros((5, 3, 3)))], [("a", np.zeros((5, 2, 2)))],
    [(0, np.zeros(0))], np.nan, [None, None], [[np.nan, 0], [0, 1]], range(3), np.zeros, object(),
    -1, 21, iter([(0, 1)]), lambda: 5,
]  # fmt: skip


@pytest.mark.parametrize("exercise", SIGNATURES, ids=identity)
@pytest.mark.parametrize("oddity", ODDITIES, ids=lambda oddity: type(oddity).__name__)
def test_an_odd_result_is_never_a_crash_and_never_right(exercise: Exercise, oddity: Any) -> None:
    assert_explained(exercise.verdict(lambda *_: oddity))


SENTENCES: list[Any] = [
    "", ";", "SELECT 1", "DROP TABLE predictions", "CREATE TABLE predictions (a)", "no SQL at all",
    "INSERT INTO predictions DEFAULT VALUES", "DELETE FROM predictions", "SELECT * FROM rejected",
    "SELECT digit FROM predictions", "SELECT digit, 'a', NULL FROM predictions ORDER BY 1",
    "SELECT NULL", "CREATE VIEW predictions AS SELECT 1", "\0", "BEGIN", "ROLLBACK", "COMMIT",
    "VALUES (?)", "UPDATE predictions SET digit = ?", 5, None, [], {"a": 1}, np.zeros(3), print,
]  # fmt: skip


@pytest.mark.parametrize("exercise", TEXTS, ids=identity)
@pytest.mark.parametrize("text", SENTENCES, ids=lambda text: type(text).__name__)
def test_an_odd_sentence_is_never_a_crash_and_never_right(exercise: Exercise, text: Any) -> None:
    assert_explained(exercise.verdict(text))


def test_a_job_that_swallows_numpys_numbers_is_told_what_stands_in_the_table() -> None:
    told = ex.nightly.verdict(
        answered(ex.nightly, ex.nightly.wrong_answers["numpy-in-the-table"])
    ).seen
    assert "`blob`" in told


def test_the_crash_of_the_check_leaves_two_whole_chunks_of_a_right_answer() -> None:
    job: Callable[..., Any] = of_the_lab("nightly")
    told = ex.nightly.probe(ex.nightly.public_inputs(), job)["broken off"]
    assert told["stored"] == [0, 1, 2, 3, 4, 5, 7, 8, 9]
    assert (told["second"], told["third"]) == (12, 0)
