"""The commands on `.tflite` files where nothing but the packages that docs/litert.md names is installed."""

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checks.pages import ROOT

RUN = """
import importlib.abc, sys

class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in MISSING:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())
CODE
"""
COMMANDS = [
    ("causal_lm", ["generate", "--prompt", "a猫", "--max-tokens", "3"]),
    ("causal_lm", ["score", "--text", "a cab"]),
    ("causal_lm", ["describe"]),
    ("causal_lm", ["tokenizer show", "--text", "a cab"]),
    pytest.param("masked_lm", ["fill", "--text", "the [MASK] sat"], marks=pytest.mark.ci),
    pytest.param("text_encoder", ["predict", "--text", "the cat", "--pair", "the mat"], marks=pytest.mark.ci),
    ("text_classifier", ["predict", "--text", "the cat"]),
    ("text_classifier", ["describe"]),
]


def packages():
    """Those of the second `pip install` in the page."""
    page = (ROOT / "docs/litert.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^    pip install (?!--no-deps)(.+)$", page, flags=re.MULTILINE)
    return line.split()


def with_dependencies(names):
    """Names of distributions, normalized, and of all that they need."""
    found, left = set(), [name.lower().replace("_", "-") for name in names]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            try:
                required = importlib.metadata.requires(name) or []
            except importlib.metadata.PackageNotFoundError:  # for another system
                continue
            needed = [each for each in required if "extra ==" not in each]
            left += [re.split(r"[^\w.-]", each)[0].lower().replace("_", "-") for each in needed]
    return found


def missing_modules():
    """The modules of this environment that a light installation does not have."""
    there = with_dependencies(packages())
    return {
        module
        for module, owners in importlib.metadata.packages_distributions().items()
        if not there.intersection(owner.lower().replace("_", "-") for owner in owners) and "langzoo" not in owners
    }


def light(code):
    """Runs code in a process that finds nothing else."""
    program = RUN.replace("MISSING", repr(missing_modules())).replace("CODE", code)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)


def command(*arguments):
    words = [str(word) for word in arguments]
    return light(f"sys.argv = {['langzoo', *words]!r}\nfrom langzoo.cli.main import main\nmain()")


def test_the_packages_are_ours_and_tensorflow_is_none_of_them():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("dependencies = [")[2].partition("]")[0]
    assert set(packages()) <= set(re.findall(r'^ *"([\w.-]+)', project, flags=re.MULTILINE))
    assert {"tensorflow", "keras", "tensorflow_text", "keras_hub", "h5py", "matplotlib"} <= missing_modules()
    assert not {"numpy", "rich", "typer", "google", "ai_edge_litert"} & missing_modules()


@pytest.mark.parametrize(("task", "words"), COMMANDS)
def test_a_command_answers_as_with_everything(task, words, exported, byte_run, encoder_runs, langzoo_run):
    run = {"causal_lm": byte_run, **encoder_runs}[task]
    name, *rest = words
    line = [*name.split(), exported(run, "litert"), *rest]
    done, expected = command(*line), langzoo_run(*line)
    assert (done.returncode, done.stderr) == (0, "")
    assert expected.exit_code == 0 and done.stdout == expected.stdout != ""


@pytest.mark.parametrize(
    ("words", "package"),
    [
        (["generate", "RUN", "--prompt", "a"], "tensorflow"),
        (["export", "RUN"], "tensorflow"),
        (["evaluate", "FILE", "--data", "text.txt"], "tensorflow"),
        (["train", "lstm_tiny", "--data", "text.txt", "--run", "run"], "tensorflow"),
        (["compare", "RUN", "--out", "a.png"], "matplotlib"),
    ],
)
def test_what_needs_more_says_so_in_one_line(words, package, exported, byte_run, finished, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("text.txt").write_text("a cab\n")
    trained = finished[0] if words[0] == "compare" else byte_run
    places = {"RUN": trained, "FILE": exported(byte_run, "litert")}
    done = command(*[places.get(word, word) for word in words])
    assert (done.returncode, done.stdout) == (2, "")
    rule, _, mend = done.stderr.partition(": pip ")
    assert rule == f"langzoo: this needs {package}, which is not installed here"
    assert mend == "install langzoo adds whatever is missing\n"


def test_python_opens_a_file(exported, byte_run):
    path = str(exported(byte_run, "litert"))
    done = light(f"from langzoo.serving import open_lite_file\nprint(open_lite_file({path!r}).task)")
    assert (done.returncode, done.stdout) == (0, "causal_lm\n"), done.stderr
