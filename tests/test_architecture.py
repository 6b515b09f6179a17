"""The house as ARCHITECTURE.md draws it: imports run one way, and no rubric's item is named in Python."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from kaoping.core import resources
from kaoping.rubric.load import load

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "kaoping"

#: The storeys, lowest first: a module may import from its own storey and from those below.
STOREYS = [
    [
        "model",
        "layout",
        "resources",
        "workdays",
        "fs",
        "names",
        "lock",
        "figures",
        "forms",
        "geometry",
        "merge",
        "workers",
        "__init__",
    ],
    ["fonts"],
    ["typeset"],
    ["findings"],
    ["errors", "yamltree", "spreadsheet"],
    ["schema", "delivery"],
    ["rules"],
    ["rubric"],
    ["crosscheck"],
    ["readers", "validate", "convert", "personal"],
    ["evidence"],
    ["scoring"],
    ["intake", "cases", "deadlines", "gaps", "plan", "documents", "policy", "contest"],
    ["bag", "manifest", "manuscript", "outputs", "workbook"],
    [
        "package",
        "verify",
        "lint",
        "official",
        "handed_in",
        "starter",
        "renewal",
        "export",
        "imports",
        "mark",
        "decide",
        "demo",
    ],
    ["build", "templating"],
    ["contract", "api"],
]
STOREY = {room: number for number, rooms in enumerate(STOREYS) for room in rooms}
#: `python -m kaoping` is the command line by another name.
MODULES = sorted(path for path in SOURCE.rglob("*.py") if path != SOURCE / "__main__.py")


def _room(module: str) -> str:
    return module.removeprefix("kaoping").lstrip(".").split(".")[0] or "__init__"


def _imports(path: Path) -> set[str]:
    """The rooms that a module imports when it runs; what only a type checker reads does not count."""
    tree = ast.parse(path.read_text("utf-8"))
    unseen: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            unseen |= {inner for statement in node.body for inner in ast.walk(statement)}
    found: set[str] = set()
    for node in ast.walk(tree):
        if node in unseen:
            continue
        if isinstance(node, ast.ImportFrom) and node.module == "kaoping":
            found |= {alias.name if alias.name in STOREY else "__init__" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kaoping."):
            found.add(_room(node.module or ""))
        elif isinstance(node, ast.Import):
            found |= {_room(alias.name) for alias in node.names if alias.name.startswith("kaoping")}
    return found


def test_every_room_has_its_storey() -> None:
    rooms = {path.relative_to(SOURCE).parts[0].removesuffix(".py") for path in MODULES}
    assert rooms == set(STOREY)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_imports_run_one_way(path: Path) -> None:
    own = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    above = {room for room in _imports(path) if STOREY[room] > STOREY[own]}
    assert above == set()


@pytest.mark.parametrize("path", sorted((ROOT / "cli").glob("*.py")), ids=lambda path: path.name)
def test_the_command_line_asks_the_api_and_only_names_the_types_that_it_hands_out(path: Path) -> None:
    assert _imports(path) <= {"api", "contract", "errors", "figures", "findings", "model", "rubric", "__init__"}


def test_no_item_of_a_rubric_is_named_in_python() -> None:
    """Titles and ids of lines (10, 26+, B3 …) stand in the rubric alone."""
    rubric = load("province-2017")
    code = "\n".join(path.read_text("utf-8") for path in [*MODULES, *(ROOT / "cli").glob("*.py")])
    assert [line.title for line in rubric.lines if line.title in code] == []
    ids = [line.id for line in rubric.lines if not line.id.isdigit()]
    assert [id_ for id_ in ids if re.search(rf"[\"']{re.escape(id_)}[\"']", code)] == []


def test_the_data_folders_hold_no_code() -> None:
    for folder in (resources.schema(), resources.template()):
        for path in folder.rglob("*.py"):
            assert [type(node) for node in ast.parse(path.read_text("utf-8")).body] == [ast.Expr], path.name
