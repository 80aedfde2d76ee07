"""The package as a learner's process may see it: probes without judges, and nothing of ours.

An exercise module holds a probe and a judge, and beside the judge stand expected values, wrong
answers and hints. This module writes a copy of the package in which only what a probe needs is
left: starting at each exercise's `probe`, it keeps what is named there, and what is named in that,
and so on. Whatever nobody names is gone.
"""

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path

import workshop

PACKAGE = Path(workshop.__file__).parent
LEFT_OUT = (
    "authoring",
    "commands",
    "grading",
    "etc",
    "regions.py",
    "source.py",
    "cli.py",
    "__main__.py",
)
INSIDE = Path("grading/inside")
BASE = "from workshop.grading.inside.exercise import Exercise as Exercise\n"
"""`workshop/exercises/base.py` on the learner's side."""
UNDRAWN = "\n\nfrom workshop.grading.inside.undrawn import picture as picture\n"
FACTS = {"id", "title", "points"}
"""What stays of an exercise besides its probe."""

Definition = ast.stmt


def write_learner_side(folder: Path) -> Path:
    """Write the copy below `folder`; returns the folder for PYTHONPATH."""
    target = folder / "workshop"
    shutil.copytree(PACKAGE, target, ignore=_left_out)
    shutil.copytree(PACKAGE / INSIDE, target / INSIDE, ignore=_left_out)
    shutil.copy(PACKAGE / "grading" / "__init__.py", target / "grading")
    (target / "exercises" / "base.py").write_text(BASE, encoding="utf-8")
    with (target / "plots" / "picture.py").open("a", encoding="utf-8") as pictures:
        pictures.write(UNDRAWN)
    for name, source in probes(_exercise_modules()).items():
        path = target.parent / Path(*name.split("."))
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        path.write_text(source, encoding="utf-8")
    return folder


def probes(modules: dict[str, str]) -> dict[str, str]:
    """Module name → source, each with only what some probe needs.

    Modules that are packages are roots: what they import and bind is kept.
    """
    reader = _Reader({name: ast.parse(source) for name, source in modules.items()})
    for name in modules:
        if _is_root(name):
            reader.keep_all(name)
    return {name: reader.text(name) for name in modules}


class _Reader:
    """Follows names from definition to definition, across modules."""

    def __init__(self, trees: dict[str, ast.Module]) -> None:
        self._defined = {name: dict(_definitions(tree)) for name, tree in trees.items()}
        self._trees = trees
        self._kept: dict[str, set[int]] = {name: set() for name in trees}
        self._imported: dict[str, set[str]] = {name: set() for name in trees}

    def keep_all(self, module: str) -> None:
        for name in self._defined[module]:
            self.keep(module, name)

    def keep(self, module: str, name: str) -> None:
        """Keep what `name` means in a module, and what that needs."""
        statement = self._defined.get(module, {}).get(name)
        if statement is None:
            return
        if isinstance(statement, ast.Import | ast.ImportFrom):
            self._imported[module].add(name)
            self._follow(statement, name)
        elif id(statement) not in self._kept[module]:
            self._kept[module].add(id(statement))
            if isinstance(statement, ast.ClassDef) and _is_exercise(statement):
                _reduce(statement)
            for needed in _names(statement):
                self.keep(module, needed)
            for inner in ast.walk(statement):
                if isinstance(inner, ast.ImportFrom):
                    for alias in inner.names:
                        self._follow(inner, alias.asname or alias.name)

    def text(self, module: str) -> str:
        body: list[ast.stmt] = []
        for statement in self._trees[module].body:
            if isinstance(statement, ast.Import | ast.ImportFrom):
                names = [n for n in statement.names if _bound(n) in self._imported[module]]
                if names:
                    statement.names = names
                    body.append(statement)
            elif id(statement) in self._kept[module]:
                body.append(statement)
        return ast.unparse(ast.Module(body, [])) + "\n"

    def _follow(self, statement: ast.Import | ast.ImportFrom, name: str) -> None:
        if isinstance(statement, ast.ImportFrom) and statement.module:
            for alias in statement.names:
                if _bound(alias) == name:
                    self.keep(statement.module, alias.name)


def _exercise_modules() -> dict[str, str]:
    """The modules of the labs and of the script, and what they share."""
    folder = PACKAGE / "exercises"
    paths = [*folder.glob("lab*/*.py"), *folder.glob("script/*.py"), folder / "common.py"]
    return {_module(path): path.read_text(encoding="utf-8") for path in sorted(paths)}


def _module(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _is_root(module: str) -> bool:
    """`workshop.exercises.lab01`, the package that a learner imports."""
    return module.count(".") == 2 and not module.endswith(".common")


def _definitions(tree: ast.Module) -> Iterator[tuple[str, Definition]]:
    for statement in tree.body:
        match statement:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, statement
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                for alias in names:
                    yield _bound(alias), statement
            case ast.Assign() | ast.AnnAssign():
                for node in ast.walk(statement):
                    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                        yield node.id, statement


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _is_exercise(node: ast.ClassDef) -> bool:
    members = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
    bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
    return "judge" in members or bool(bases & {"Exercise", "Step"})


def _reduce(node: ast.ClassDef) -> None:
    """Leave the facts, the probe, and the methods that the probe calls."""
    methods = {item.name: item for item in node.body if isinstance(item, ast.FunctionDef)}
    needed, kept = ["probe"], set[str]()
    while needed:
        name = needed.pop()
        if name in methods and name not in kept:
            kept.add(name)
            needed += [n.attr for n in ast.walk(methods[name]) if isinstance(n, ast.Attribute)]
    kept -= {"judge", "inputs"}
    node.body = [
        item
        for item in node.body
        if (isinstance(item, ast.FunctionDef) and item.name in kept) or _assigned(item) & FACTS
    ] or [ast.Pass()]


def _assigned(statement: ast.stmt) -> set[str]:
    if not isinstance(statement, ast.Assign):
        return set()
    return {target.id for target in statement.targets if isinstance(target, ast.Name)}


def _names(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def _left_out(at: str, names: list[str]) -> set[str]:
    """What `copytree` leaves out of a folder."""
    caches = {name for name in names if name == "__pycache__"}
    return caches | (set(LEFT_OUT) if Path(at) == PACKAGE else set())
