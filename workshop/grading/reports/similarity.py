"""Passages that two notebooks of one lab have in common, and that the lab does not explain.

The method is winnowing (Schleimer, Wilkerson and Aiken, 2003): of every few overlapping runs of
tokens, the one with the smallest hash is a fingerprint. What the lab hands out, its own solutions
and the wrong answers that it knows are nobody's: tokens that stand in such a passage do not count.
Nor does what many have in common. Short answers to one question look alike, and that means nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from zlib import crc32

from workshop.authoring.package_cell import package_cell
from workshop.grading.course import lab_of, source_of
from workshop.grading.reports.grades import Grade
from workshop.grading.reports.tasks import own_cells
from workshop.grading.reports.tokens import CELL_END, Tokens, tokens_of
from workshop.regions import region_text, strip_solution

RUN = 12
"""Tokens of a fingerprint: about two lines."""
WINDOW = 4
"""Of so many neighbouring runs, one is kept: a passage of 15 tokens is never missed."""
EXPLAINED = 6
"""Tokens in a row that also stand in the lab do not count."""
SHORTEST = 30
"""Tokens of a passage that count. Fewer are what one question does to two answers."""
MOST_SHARING = 10
"""What more programs than this have in common is common knowledge."""
MOST_PAIRS = 40
MOST_PASSAGES = 5

Span = tuple[int, int]


@dataclass(frozen=True)
class Program:
    """What somebody wrote in one lab. `learners` are all whose code is this, token for token."""

    learners: tuple[str, ...]
    lines: tuple[str, ...]
    tokens: Tokens
    own: tuple[bool, ...]

    def text(self, span: Span) -> str:
        """The lines in which some tokens stand."""
        first, last = self.tokens.lines[span[0]], self.tokens.lines[span[1] - 1]
        return "\n".join(self.lines[first : last + 1])


@dataclass(frozen=True)
class Passage:
    """Where it stands in the one and the other, in tokens, and how many of them count."""

    left: Span
    right: Span
    counted: int


@dataclass(frozen=True)
class Pair:
    """Two programs of one lab and what they have in common, the longest passage first."""

    lab: str
    left: Program
    right: Program
    passages: tuple[Passage, ...]

    @property
    def counted(self) -> int:
        """Tokens in common that count."""
        return sum(passage.counted for passage in self.passages)


@dataclass(frozen=True)
class Similarity:
    """What is alike in a class: pairs, and for each lab groups whose code is the same."""

    pairs: tuple[Pair, ...]
    groups: tuple[tuple[str, Program], ...]


def similarity_of(grades: list[Grade]) -> Similarity:
    """Compare all learners of each lab."""
    pairs: list[Pair] = []
    groups: list[tuple[str, Program]] = []
    for lab in sorted({grade.submission.lab for grade in grades if lab_of(grade.submission.lab)}):
        programs = _programs(lab, [one for one in grades if one.submission.lab == lab])
        groups += [(lab, program) for program in programs if len(program.learners) > 1]
        pairs += _pairs(lab, programs)
    pairs.sort(key=lambda pair: -pair.counted)
    return Similarity(tuple(pairs[:MOST_PAIRS]), tuple(groups))


def _programs(lab: str, grades: list[Grade]) -> list[Program]:
    """One for each code that differs, if enough of it is somebody's own."""
    explained = _explained(lab)
    learners: dict[tuple[str, ...], list[str]] = defaultdict(list)
    found: dict[tuple[str, ...], tuple[str, Tokens]] = {}
    for grade in grades:
        cells = [cell for listed in own_cells(grade.submission).values() for cell in listed]
        code = f"\n{CELL_END}\n".join(dict.fromkeys(cells))
        tokens = tokens_of(code)
        learners[tokens.words].append(grade.submission.learner)
        found.setdefault(tokens.words, (code, tokens))
    programs: list[Program] = []
    for words, (code, tokens) in found.items():
        own = _own(words, explained)
        if sum(own) >= SHORTEST:
            lines = tuple(code.split("\n"))
            programs.append(Program(tuple(learners[words]), lines, tokens, own))
    return programs


def _explained(lab: str) -> set[tuple[str, ...]]:
    """Every run of a few tokens in what the lab hands out, solves, or expects as a mistake."""
    cells = [cell.text for cell in source_of(lab).cells if cell.kind == "code"]
    found = lab_of(lab)
    wrong = [c for q in found.questions for c in q.exercise.wrong_answers.values()] if found else []
    texts = [package_cell(lab), *map(region_text, cells), *map(strip_solution, cells), *wrong]
    return {run for text in texts for run in _runs(tokens_of(text).words, EXPLAINED)}


def _own(words: tuple[str, ...], explained: set[tuple[str, ...]]) -> tuple[bool, ...]:
    """For each token, whether the lab does not explain it."""
    own = [word != CELL_END for word in words]
    for at, run in enumerate(_runs(words, EXPLAINED)):
        if run in explained:
            own[at : at + EXPLAINED] = [False] * EXPLAINED
    return tuple(own)


def _pairs(lab: str, programs: list[Program]) -> Iterator[Pair]:
    places: dict[int, dict[int, int]] = defaultdict(dict)
    for index, program in enumerate(programs):
        for at, fingerprint in _fingerprints(program):
            places[fingerprint].setdefault(index, at)
    shared: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for found in places.values():
        if len(found) <= MOST_SHARING:
            for one, other in combinations(sorted(found), 2):
                shared[one, other].append((found[one], found[other]))
    for (one, other), matches in shared.items():
        passages = _passages(programs[one], programs[other], matches)
        if passages:
            yield Pair(lab, programs[one], programs[other], passages[:MOST_PASSAGES])


def _fingerprints(program: Program) -> Iterator[tuple[int, int]]:
    """(place, hash) of the smallest hash in each window, if some of its tokens count."""
    runs = _runs(program.tokens.words, RUN)
    hashes = [crc32("\n".join(run).encode("utf-8", "surrogatepass")) for run in runs]
    before = -1
    for start in range(len(hashes) - WINDOW + 1):
        at = min(range(start, start + WINDOW), key=lambda place: (hashes[place], -place))
        run = slice(at, at + RUN)
        if at != before and any(program.own[run]) and CELL_END not in program.tokens.words[run]:
            yield at, hashes[at]
        before = at


def _passages(left: Program, right: Program, matches: list[tuple[int, int]]) -> tuple[Passage, ...]:
    """Join fingerprints that overlap in both programs; keep what is long enough."""
    joined: list[list[int]] = []  # the start in either program, and the length
    for one, other in sorted(matches, key=lambda match: (match[1] - match[0], match[0])):
        if left.tokens.words[one : one + RUN] != right.tokens.words[other : other + RUN]:
            continue  # two different runs with one hash
        last = joined[-1] if joined else None
        if last and other - one == last[1] - last[0] and one <= last[0] + last[2]:
            last[2] = one + RUN - last[0]
        else:
            joined.append([one, other, RUN])
    passages = (
        Passage((one, one + length), (other, other + length), sum(left.own[one : one + length]))
        for one, other, length in joined
    )
    enough = [passage for passage in passages if passage.counted >= SHORTEST]
    return tuple(sorted(enough, key=lambda passage: -passage.counted))


def _runs(words: tuple[str, ...], length: int) -> Iterable[tuple[str, ...]]:
    return (words[at : at + length] for at in range(len(words) - length + 1))
