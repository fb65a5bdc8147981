"""What a user calls says of every argument and result what it is."""

import ast
from pathlib import Path

import pytest

ZOO = Path(__file__).resolve().parents[3] / "zoo"
PATHS = [
    *sorted((ZOO / "tasks").glob("*.py")),
    *(ZOO / name for name in ("export_model.py", "load.py", "model_directory.py", "objective.py")),
]


def untyped(source):
    """Public functions and constructors of a file, those inside others left out, with something that has no type."""
    tree = ast.parse(source)
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    functions = [node for each in (tree, *classes) for node in each.body if isinstance(node, ast.FunctionDef)]
    public = [node for node in functions if node.name == "__init__" or not node.name.startswith("_")]

    def bare(node):
        every = [each for each in ast.walk(node.args) if isinstance(each, ast.arg) and each.arg not in ("self", "cls")]
        return any(not each.annotation for each in every) or not (node.returns or node.name == "__init__")

    return [node.name for node in public if bare(node)]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_what_a_user_calls_is_typed(path):
    assert untyped(path.read_text(encoding="utf-8")) == []


def test_the_check_sees():
    source = "def a(x: int): pass\ndef b(x) -> int: pass\ndef _c(x): pass\ndef d(*, x: int) -> int: pass\n"
    assert untyped(source + "class E:\n def f(self, *x) -> None: pass") == ["a", "b", "f"]
