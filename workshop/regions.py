"""Solution regions: code between two markers that a learner writes anew.

The markers are nbgrader's, so that its tools recognise them too.
"""

import ast
import re
import textwrap
from collections.abc import Callable

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"


class RegionError(ValueError):
    """Markers that do not pair up, or a region that is not Python."""


def has_region(code: str) -> bool:
    """Whether the code holds a solution."""
    return BEGIN in code or END in code


def strip_solution(code: str) -> str:
    """The learner's version: each region becomes a placeholder that parses.

    A region that assigns names leaves each of them as `name = ...`; any other leaves `...`.

    Raises:
        RegionError: if a marker lacks its partner or a region does not parse.
    """
    return _replace(code, _placeholder)


def fill_region(code: str, answer: str) -> str:
    """The code with `answer` in the place of its region, indented to fit.

    Raises:
        RegionError: as `strip_solution`.
    """
    return _replace(code, lambda region: textwrap.dedent(answer).strip("\n"))


def region_text(code: str) -> str:
    """The code without its marker lines: the answer as a learner would have typed it."""
    lines = [line for line in code.splitlines() if line.strip() not in (BEGIN, END)]
    return "\n".join(lines)


def _replace(code: str, replacement: Callable[[str], str]) -> str:
    pattern = re.compile(
        rf"^(?P<indent>[ \t]*){BEGIN}[ \t]*\n(?P<body>.*?)^[ \t]*{END}[ \t]*$", re.S | re.M
    )

    def put(match: re.Match[str]) -> str:
        return textwrap.indent(replacement(textwrap.dedent(match["body"])), match["indent"])

    result = pattern.sub(put, code)
    if has_region(result):
        raise RegionError(f"a `{BEGIN}` or `{END}` stands without its partner")
    return result


def _placeholder(region: str) -> str:
    try:
        statements = ast.parse(region).body
    except SyntaxError as error:
        raise RegionError(f"the region does not parse: {error}") from error
    if any(isinstance(statement, ast.Return) for statement in statements):
        return "..."
    names = [name for statement in statements for name in _assigned(statement)]
    return "\n".join(f"{name} = ..." for name in dict.fromkeys(names)) or "..."


def _assigned(statement: ast.stmt) -> list[str]:
    """The names a statement binds, in the order of the text; those with a leading _ are private."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    nodes = [node for target in targets for node in ast.walk(target)]
    names = [n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    return [name for name in names if not name.startswith("_")]
