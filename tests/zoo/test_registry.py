import importlib
import sys

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.plain.plugin_warning import PluginWarning
from langzoo.zoo.model_config import ModelConfig
from langzoo.zoo.registry import ModelRegistry

GROUP = "langzoo.model"


class FlatConfig(ModelConfig):
    family = "flat"

    def body_count(self) -> int:
        return self.vocabulary_size


def flat_small():
    """Ten words, all alike.

    More words that no list shows.
    """
    return FlatConfig(vocabulary_size=10)


@pytest.fixture
def registry():
    return ModelRegistry(own_package="langzoo.layers.plain.text")


@pytest.fixture
def write_module(tmp_path, monkeypatch):
    """Writes modules that register with `registry_of_the_test.REGISTRY`, found on sys.path for the test's time."""
    monkeypatch.syspath_prepend(tmp_path)
    written = []

    def write(name, body):
        head = "from registry_of_the_test import REGISTRY, FlatConfig\n"
        path = tmp_path / f"{name}.py" if name != "own_models" else tmp_path / name / "__init__.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(head + body, encoding="utf-8")
        importlib.invalidate_caches()
        written.append(name)

    yield write
    for name in written:
        sys.modules.pop(name, None)


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Makes a distribution with one entry point, as pip would have left it."""
    monkeypatch.syspath_prepend(tmp_path)

    def make(package, value):
        info = tmp_path / f"{package.replace('-', '_')}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{GROUP}]\nmodels = {value}\n")
        importlib.invalidate_caches()

    return make


@pytest.fixture
def zoo(monkeypatch):
    """A registry with one module of its own, `own_models`; the modules that a test writes find it."""
    made = ModelRegistry(own_package="own_models")
    shared = type(sys)("registry_of_the_test")
    shared.REGISTRY, shared.FlatConfig = made, FlatConfig
    monkeypatch.setitem(sys.modules, "registry_of_the_test", shared)
    return made


def body(name, size=10, doc="One line."):
    return (
        f'@REGISTRY.register_model()\ndef {name}():\n    """{doc}"""\n    return FlatConfig(vocabulary_size={size})\n'
    )


def test_a_named_model_knows_its_place_in_the_catalogue(registry):
    decorated = registry.register_model(task="causal_lm", paper="Nobody 2025", url="https://example.org")(flat_small)
    model = registry["flat_small"]
    assert decorated is flat_small
    assert (model.name, model.task, model.paper, model.url) == (
        "flat_small",
        "causal_lm",
        "Nobody 2025",
        "https://example.org",
    )
    assert (model.family, model.parameters, model.description) == ("flat", 10, "Ten words, all alike.")
    assert model.config is model.config


def test_the_configuration_is_made_on_first_use(registry):
    made = []

    @registry.register_model("flat.1-x")
    def anything():
        """A model."""
        made.append(1)
        return FlatConfig(vocabulary_size=3)

    model = registry["flat.1-x"]
    assert made == []
    assert model.parameters + model.parameters == 6
    assert made == [1]


def test_an_unknown_name_is_one_line_with_a_guess(registry):
    registry.register_model()(flat_small)
    with pytest.raises(UserError) as caught:
        registry["flat_smal\n"]
    assert str(caught.value) == (
        "unknown model 'flat_smal\\n'. Did you mean flat_small? Known: flat_small (langzoo list)"
    )


def test_names_are_sorted_and_filtered_by_pattern(registry):
    for name in ("b_tiny", "a_tiny", "a_small"):
        registry.register_model(name)(flat_small)
    assert [model.name for model in registry.named_models()] == ["a_small", "a_tiny", "b_tiny"]
    assert [model.name for model in registry.named_models("*_tiny")] == ["a_tiny", "b_tiny"]
    assert registry.named_models("c*") == []


def test_a_name_is_taken_once_and_both_places_are_named(registry):
    registry.register_model("same")(flat_small)
    registry.register_model("same")(flat_small)  # the same lines loaded again

    def other():
        """Another."""
        return FlatConfig(vocabulary_size=1)

    with pytest.raises(ValueError, match=r"'same' of a model is taken by .*flat_small \(.*second: .*other \("):
        registry.register_model("same")(other)
    assert registry["same"].parameters == 10


@pytest.mark.parametrize("name", ["", "../up", "Flat", "a b", "字", ".hidden"])
def test_a_name_must_do_as_a_folder(registry, name):
    def nameless():
        """A model."""

    nameless.__name__ = name
    with pytest.raises(ValueError, match="name of a model must be of a-z"):
        registry.register_model(name)(nameless)


def test_what_is_decorated_must_be_a_described_function_without_arguments(registry):
    def silent():
        return FlatConfig(vocabulary_size=1)

    def sized(size):
        """A model."""
        return FlatConfig(vocabulary_size=size)

    with pytest.raises(ValueError, match="silent needs a docstring"):
        registry.register_model()(silent)
    with pytest.raises(ValueError, match="without arguments"):
        registry.register_model()(sized)
    with pytest.raises(ValueError, match="with brackets"):
        registry.register_model(flat_small)


def test_a_function_that_returns_no_configuration_is_named(registry):
    @registry.register_model()
    def wrong():
        """A model."""
        return {"vocabulary_size": 3}

    with pytest.raises(UserError, match=r"wrong \(.*must return a ModelConfig, not dict"):
        _ = registry["wrong"].config


def test_own_modules_and_entry_points_are_loaded_on_first_look_up(zoo, write_module, install):
    write_module("own_models", body("ours"))
    write_module("their_module", body("theirs", 20))
    write_module("their_function", "def add():\n" + "".join(f"    {line}\n" for line in body("made").splitlines()))
    install("module-package", "their_module")
    install("function-package", "their_function:add")
    assert "own_models" not in sys.modules
    assert [model.name for model in zoo.named_models()] == ["made", "ours", "theirs"]
    assert zoo["theirs"].parameters == 20


def test_a_broken_package_is_named_and_does_not_hide_ours(zoo, write_module, install):
    write_module("own_models", body("ours"))
    write_module("broken_module", "raise RuntimeError('two\\nlines')")
    write_module("late_module", body("theirs", 20) + "\nraise SystemError('late')")
    write_module("wrong_module", body("wrong").replace("return ", "return 3  # "))
    write_module("good_module", body("good", 20))
    install("broken-package", "broken_module")
    install("good-package", "good_module")
    install("late-package", "late_module")
    install("wrong-package", "wrong_module")
    assert zoo["ours"].name == "ours"
    assert zoo.config_class(zoo["ours"].family) is type(zoo["ours"].config)
    for _ in range(2):
        with pytest.warns(PluginWarning) as told:
            assert [model.name for model in zoo.named_models()] == ["good", "ours"]
        lines = sorted(str(each.message) for each in told)
        assert len(lines) == 3 and not any("\n" in line for line in lines)
        assert (
            "'broken-package' fails to load what it brings to langzoo (langzoo.model: broken_module: RuntimeError: two"
            in lines[0]
        )
        assert "'late-package'" in lines[1] and "SystemError: late" in lines[1]
        assert "'wrong-package'" in lines[2] and "must return a ModelConfig, not int" in lines[2]
    assert zoo.find("theirs") is None and zoo["good"].parameters == 20
    with pytest.raises(UserError, match=r"unknown model 'theirs'.*'broken-package'.*'late-package'.*SystemError"):
        zoo["theirs"]
    with pytest.raises(UserError, match=r"unknown family 'none'.*'broken-package'"):
        zoo.config_class("none")


def test_a_model_from_outside_cannot_take_our_name(zoo, write_module, install):
    write_module("own_models", body("ours", 10))
    write_module("thief_module", body("ours", 99))
    with pytest.raises(ValueError, match=r"taken by own_models\.ours .*second: thief_module\.ours"):
        importlib.import_module("thief_module")  # before anything was looked up
    install("thief-package", "thief_module")
    with pytest.warns(PluginWarning, match=r"'thief-package' .*'ours' of a model is taken by own_models\.ours"):
        zoo.named_models()
    assert zoo["ours"].parameters == 10
