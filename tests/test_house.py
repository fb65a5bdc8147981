"""The house rules of CONTRIBUTING.md, as far as a machine can hold them."""

import ast
import graphlib
import importlib
import importlib.metadata
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
STOREYS = ("layers", "zoo", "trainers", "serving", "cli")
MAY_IMPORT = {
    "layers": {"layers"},
    "zoo": {"layers", "zoo"},
    "trainers": {"layers", "zoo", "trainers"},
    "serving": {"serving", "layers.plain"},
    "cli": set(STOREYS),
}
MAX_LINES = 320
FORBIDDEN_NAMES = {"utils", "common", "helpers", "misc"}
NAMED_OTHERWISE = {"layers/plain/errors.py": "UserError", "zoo/registry.py": "ModelRegistry"}
PRIVATE_MODULES = ("keras.src", "tensorflow.python", "tensorflow.lite.python", "tensorflow_text.python")
# Names in classes of Keras and TensorFlow Text; a later version may not have them: tests/zoo/test_private_names.py.
PRIVATE_NAMES = ("_all_reduce_sum_gradients", "_flatten_layers", "_maybe_symbolic_build", "_model_resource")


def sources(*folders):
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def of_each(paths):
    """Decorator that makes one test of a rule for files: thousands of tests would take longer to list than to run."""

    def one_test(rule):
        def test():
            broken = []
            for path in paths:
                try:
                    rule(path)
                except AssertionError as error:
                    broken.append(f"{path.relative_to(ROOT).as_posix()}: {error}")
            assert not broken, "\n".join(broken)

        test.__name__, test.__doc__ = rule.__name__, rule.__doc__
        return test

    return one_test


ALL = sources(*STOREYS, "root", "tests", "benchmarks", "docs")
OURS = sources(*STOREYS)


def run_nodes(tree, *, late=True):
    """The nodes that run, not those under `if TYPE_CHECKING:`; without `late` those that run when it is imported."""
    functions = () if late else (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            node = ast.Module(node.orelse, [])
        if not isinstance(node, functions):
            yield node
            yield from run_nodes(node, late=late)


def imports(source, package=None, *, nodes=ast.walk):
    """(line, dotted module) of every import; `from a import b` gives `a` and `a.b`, since b may be a module.

    `package` is the path of folders from the root that relative imports start from; without it they are left out.
    `nodes` says which nodes of the source count.
    """
    found = []
    for node in nodes(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and (package is not None or node.level == 0):
            base = origin(node, package)
            found += [(node.lineno, base)] if base else []
            found += [(node.lineno, f"{base}.{alias.name}".lstrip(".")) for alias in node.names]
    return found


def origin(node, package):
    """The dotted module of `from a import b`: "a"."""
    base = list(package[: len(package) - node.level + 1]) if package and node.level else []
    return ".".join([*base, *([node.module] if node.module else [])])


def wrong_arrows(source, package):
    """Imports of a storey that its own may not import."""
    allowed = MAY_IMPORT[package[0]]
    wrong = []
    for line, module in imports(source, package):
        module = module.removeprefix("langzoo.")
        if module.split(".")[0] not in STOREYS:
            continue
        # "layers" alone is the first half of "from ..layers import errors"; its second half is judged.
        parts = module.split(".")
        prefixes = {".".join(parts[:n]) for n in range(1, len(parts) + 1)}
        halfway = any(rule.startswith(module + ".") for rule in allowed)
        if not prefixes & allowed and not halfway:
            wrong.append(f"line {line}: {package[0]} must not import {module}")
    return wrong


def folder_arrows(storey):
    """Folder of a storey -> the folders beside it whose modules its own import, at the top or late."""
    found = {}
    for path in (ROOT / storey).rglob("*.py"):
        package = path.relative_to(ROOT).parent.parts
        found_imports = imports(path.read_text(encoding="utf-8"), package, nodes=run_nodes)
        for _, module in found_imports if len(package) > 1 else ():
            parts = module.removeprefix("langzoo.").split(".")
            if parts[0] == storey and len(parts) > 1 and (ROOT / storey / parts[1]).is_dir() and parts[1] != package[1]:
                found.setdefault(package[1], set()).add(parts[1])
    return found


def loads(sources):
    """Module -> the modules of `sources`, name -> (source, package), that importing it imports before it is done."""
    found = {}
    for name, (source, package) in sources.items():
        asked = set()
        for node in run_nodes(ast.parse(source), late=False):
            if isinstance(node, ast.Import):
                asked |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                base = origin(node, package)
                inner = {f"{base}.{alias.name}".removeprefix("langzoo.") for alias in node.names}
                asked |= inner if inner <= sources.keys() else {*inner, base}
        asked = {module.removeprefix("langzoo.") for module in asked}
        # What a module lies in is loaded first; its own packages have begun to be.
        before = {".".join(module.split(".")[:n]) for module in asked for n in range(1, module.count(".") + 1)}
        before = {module for module in before if not name.startswith(f"{module}.")}
        found[name] = ((asked | before) & sources.keys()) - {name}
    return found


def public_classes(source):
    nodes = ast.parse(source).body
    return [node.name for node in nodes if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]


def unexplained_private_imports(source):
    lines = ["", *source.splitlines()]
    return [
        f"line {line}: {module} is private: say why in a comment with that word"
        for line, module in imports(source)
        if any(module == private or module.startswith(private + ".") for private in PRIVATE_MODULES)
        and not any("private" in text.partition("#")[2].lower() for text in lines[line - 1 : line + 1])
    ]


def unexplained_private_names(source):
    """Lines that use or define one of `PRIVATE_NAMES`, without the word "private" there or up to three lines before."""
    lines = ["", *source.lower().splitlines()]
    nodes = ast.walk(ast.parse(source))
    used = [node.lineno for node in nodes if getattr(node, "attr", getattr(node, "name", "")) in PRIVATE_NAMES]
    return [line for line in sorted(used) if "private" not in " ".join(lines[max(line - 3, 0) : line + 2])]


@of_each(OURS)
def test_arrows_point_down(path):
    assert wrong_arrows(path.read_text(encoding="utf-8"), path.relative_to(ROOT).parent.parts) == []


def test_the_folders_of_the_zoo_import_one_another_in_one_direction():
    arrows = folder_arrows("zoo")
    assert "foreign" in arrows["models"] and "tasks" in arrows["export"]
    assert "signatures" not in arrows and "export" not in arrows["tasks"]
    assert not arrows.get("foreign"), "what reads and writes the files of others knows no family, task or export"
    list(graphlib.TopologicalSorter(arrows).static_order())  # raises where they go round


def test_no_module_of_the_tree_is_loaded_while_it_is_being_loaded():
    sources = {}
    for path in (path for storey in STOREYS for path in (ROOT / storey).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        sources[name] = (path.read_text(encoding="utf-8"), parts[:-1])
    arrows = loads(sources)
    assert "zoo.tasks.text_model" in arrows["zoo.tasks"] and "zoo.tasks" in arrows["zoo.export.programs.causal_lm"]
    list(graphlib.TopologicalSorter(arrows).static_order())


@of_each(ALL)
def test_storeys_are_imported_under_their_full_name(path):
    """`import layers` from the root would load every class a second time."""
    bare = [found for found in imports(path.read_text(encoding="utf-8")) if found[1].split(".")[0] in STOREYS]
    assert bare == [], "write langzoo.layers, or a relative import inside the storeys"


@of_each(ALL)
def test_files_are_short_and_named_for_what_they_hold(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES
    assert path.stem not in FORBIDDEN_NAMES


@of_each(OURS)
def test_one_public_class_a_file_named_after_it(path):
    classes = public_classes(path.read_text(encoding="utf-8"))
    assert len(classes) <= 1
    if classes and NAMED_OTHERWISE.get(path.relative_to(ROOT).as_posix()) != classes[0]:
        assert path.stem.replace("_", "") == classes[0].lower()


@of_each(ALL)
def test_private_modules_of_others_are_imported_with_a_reason(path):
    source = path.read_text(encoding="utf-8")
    assert unexplained_private_imports(source) == [] and unexplained_private_names(source) == []


def test_every_folder_of_a_storey_is_a_package():
    """The wheel leaves out a folder without `__init__.py`."""
    folders = {path.parent for storey in STOREYS for path in (ROOT / storey).rglob("*.py")}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


@pytest.mark.parametrize(
    "module",
    [
        "langzoo",
        "langzoo.cli.main",
        "langzoo.zoo.registry",
        "langzoo.zoo",
        "langzoo.layers",
        "langzoo.layers.text",
        "langzoo.trainers",
        "langzoo.serving",
        "langzoo.serving.text",
    ],
)
def test_tensorflow_is_not_imported_by(module):
    heavy = "[name for name in ('tensorflow', 'keras', 'keras_hub') if name in sys.modules]"
    code = f"import sys, {module}; print({heavy})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.stdout.strip(), run.returncode) == ("[]", 0), run.stderr


def test_the_plain_modules_need_no_tensorflow():
    """All of them: what `serving` and the start of the command line may import."""
    modules = [path.relative_to(ROOT).with_suffix("") for path in sorted((ROOT / "layers/plain").rglob("*.py"))]
    names = ["langzoo." + ".".join(module.parts) for module in modules]
    code = f"import sys; sys.modules.update(tensorflow=None, keras=None)\nimport {', '.join(names)}"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("storey", ["layers", "layers.text", "serving", "trainers", "trainers.data", "zoo"])
def test_every_public_name_of_a_storey_is_found(storey):
    module = importlib.import_module(f"langzoo.{storey}")
    for name in module.__all__:
        value = getattr(module, name)
        assert getattr(value, "__name__", name) == name and not isinstance(value, ModuleType)
    assert [name for name in dir(module) if not name.startswith("__")] == module.__all__
    with pytest.raises(AttributeError, match="nothing_of_that_name"):
        _ = module.nothing_of_that_name


def test_the_root_offers_the_storeys_and_a_version():
    root = importlib.import_module("langzoo")
    assert root.__version__ == importlib.metadata.version("langzoo")
    assert [name for name in dir(root) if not name.startswith("__")] == sorted(STOREYS)
    for storey in STOREYS:
        assert getattr(root, storey) is importlib.import_module(f"langzoo.{storey}")
    assert not hasattr(root, "nothing_of_that_name")


@pytest.mark.parametrize(
    ("source", "package", "wrong"),
    [
        ("from ..errors import UserError", ("layers", "text"), []),
        ("from ...zoo import registry", ("layers", "text"), ["zoo", "zoo.registry"]),
        ("from .. import layers, trainers", ("zoo",), ["trainers"]),
        ("import langzoo.cli.main", ("trainers",), ["cli.main"]),
        ("def late():\n    from ..serving.server import x", ("trainers",), ["serving.server", "serving.server.x"]),
        ("from ..layers.plain.errors import UserError", ("serving",), []),
        ("from ..layers import plain", ("serving",), []),
        ("from ..layers import masks", ("serving",), ["layers.masks"]),
        ("from ...layers.plain.text.vocabulary import Vocabulary", ("serving", "text"), []),
        ("from ...layers.plain.text import vocabulary", ("serving", "text"), []),
        ("from ...layers.text import tokenizer", ("serving", "text"), ["layers.text", "layers.text.tokenizer"]),
        ("from ..serving.server import x\nfrom ..zoo import load\nimport numpy", ("cli",), []),
    ],
)
def test_the_arrow_check_sees(source, package, wrong):
    assert [message.split()[-1] for message in wrong_arrows(source, package)] == wrong


def test_the_check_of_circles_sees():
    late = "if TYPE_CHECKING:\n    from .. import a\ndef f():\n    from ..a import b"
    sources = {
        "zoo": ("", ("zoo",)),
        "zoo.a": ("from .b import X\nfrom . import b", ("zoo", "a")),
        "zoo.a.b": (late, ("zoo", "a")),
        "zoo.c": ("class C:\n    from langzoo.zoo.a.b import X", ("zoo",)),
    }
    assert loads(sources) == {"zoo": set(), "zoo.a": {"zoo.a.b"}, "zoo.a.b": set(), "zoo.c": {"zoo.a", "zoo.a.b"}}
    sources["zoo.a.b"] = ("from . import X", ("zoo", "a"))  # of the package that imports it
    assert loads(sources)["zoo.a.b"] == {"zoo.a"}


def test_the_other_checks_see():
    assert [module for _, module in imports("import layers.text\nfrom zoo import load\nfrom .zoo import x")] == [
        "layers.text",
        "zoo",
        "zoo.load",
    ]
    assert public_classes("class A: pass\nclass _B: pass\nclass C: pass") == ["A", "C"]
    assert len(unexplained_private_imports("x = 1\nfrom keras.src import backend\nimport tensorflow.python.ops")) == 3
    assert unexplained_private_imports("# Private: no other way to it.\nfrom keras.src import backend") == []
    assert len(unexplained_private_imports("from tensorflow.lite.python.convert import ConverterError")) == 2
    assert unexplained_private_names("x = 1\n\n\n\ny = model._flatten_layers()") == [5]
    assert unexplained_private_names("# Private: no other way.\nmodel._flatten_layers()") == []
