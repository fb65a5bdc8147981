"""A family of another package says all that import and export know of it."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from langzoo.zoo import named_model, named_models
from langzoo.zoo.foreign.foreign_configs import config_to_hugging_face
from langzoo.zoo.foreign.foreign_families import find_foreign_family, foreign_families, foreign_family
from langzoo.zoo.models.llama import LlamaConfig
from safetensors.numpy import load_file, save_file

from tests.checks.foreign_folder import write_foreign_folder

MODELS = '''
from langzoo.zoo import register_model
from langzoo.zoo.models.llama import LlamaConfig

class TheirConfig(LlamaConfig):
    family = "theirs"
    foreign = ".foreign"

class QuietConfig(LlamaConfig):
    family = "quiet"

@register_model()
def theirs_tiny():
    """Theirs."""
    return TheirConfig(vocabulary_size=9, num_layers=1, num_heads=2, hidden_dim=8, intermediate_dim=8)

@register_model()
def quiet_tiny():
    """A body of their own, of which nobody publishes weights."""
    return QuietConfig(vocabulary_size=9, num_layers=1, num_heads=2, hidden_dim=8, intermediate_dim=8)
'''
FOREIGN = """
from langzoo.zoo.foreign.foreign_family import ForeignFamily
from langzoo.zoo.foreign.weight_map import WeightMap
from langzoo.zoo.models.llama.foreign import FOREIGN as LLAMA
from .models import TheirConfig

def read(values):
    return TheirConfig.from_dict(LLAMA.from_hugging_face({**values, "model_type": "llama"}).to_dict())

def write(config, task):
    return {**LLAMA.to_hugging_face(config, task), "model_type": "their_type", "architectures": ["TheirModel"]}

def names(config, task):
    rules = LLAMA.weight_map(config, task).rules
    return WeightMap({
        path: tuple(part._replace(name=part.name.replace("model.", "net.")) for part in parts)
        for path, parts in rules.items()
    }, equal={"lm_head.weight": "net.embed_tokens.weight"})

FOREIGN = ForeignFamily(
    model_types=("their_type",),
    architectures={"TheirModel": "causal_lm"},
    from_hugging_face=read,
    to_hugging_face=write,
    weight_map=names,
)
"""
THERE_AND_BACK = """
import sys
from langzoo.zoo import named_models
assert "theirs_tiny" in [model.name for model in named_models()]
assert not {"tensorflow", "their_package.foreign"} & set(sys.modules)
from langzoo.zoo.foreign.export_hugging_face import export_hugging_face
from langzoo.zoo.import_run import import_run
import_run("published", "run")
import langzoo.zoo as zoo
model = zoo.load("run")
assert model.config.family == "theirs"
export_hugging_face(model, "back")
for make in (lambda: export_hugging_face(zoo.create("quiet_tiny"), "quiet"), lambda: import_run("bart", "bart_run")):
    try:
        make()
        raise SystemExit("must be refused")
    except zoo.UserError if hasattr(zoo, "UserError") else ValueError as error:
        print(error)
"""


@pytest.fixture
def run_beside_their_package(tmp_path):
    package, info = tmp_path / "path" / "their_package", tmp_path / "path" / "their_package-1.0.dist-info"
    package.mkdir(parents=True)
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: their-package\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[langzoo.model]\nmodels = their_package.models\n")
    (package / "__init__.py").touch()
    (package / "models.py").write_text(MODELS)

    def run(code, foreign):
        (package / "foreign.py").write_text(foreign)
        env = {**os.environ, "PYTHONPATH": str(tmp_path / "path")}
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=env)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def _rename(folder, model_type, architecture, prefix):
    values = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(
        json.dumps({**values, "model_type": model_type, "architectures": [architecture]})
    )
    tensors = load_file(folder / "model.safetensors")
    renamed = {name.replace("model.", prefix): array for name, array in tensors.items()}
    save_file(renamed, folder / "model.safetensors", {"format": "pt"})
    return renamed


@pytest.mark.ci
def test_another_packages_family_is_imported_and_exported(run_beside_their_package, tmp_path):
    published = _rename(write_foreign_folder(tmp_path / "published", "llama"), "their_type", "TheirModel", "net.")
    _rename(write_foreign_folder(tmp_path / "bart", "llama"), "bart", "BartModel", "net.")
    said = run_beside_their_package(THERE_AND_BACK, FOREIGN).splitlines()
    back = load_file(tmp_path / "back" / "model.safetensors")
    assert back.keys() == published.keys() and all(np.array_equal(back[name], published[name]) for name in back)
    written = json.loads((tmp_path / "back" / "config.json").read_text())
    assert (written["model_type"], written["architectures"]) == ("their_type", ["TheirModel"])
    assert "unknown family for Hugging Face's format 'quiet'" in said[0]  # which inherits no names from LLaMA
    assert "'bart' is not supported" in said[1] and "roberta, t5, their_type, xlm-roberta" in said[1]


def test_a_family_that_fails_to_load_is_named_and_stands_in_nobodys_way(run_beside_their_package, tmp_path):
    write_foreign_folder(tmp_path / "llama", "llama")
    _rename(write_foreign_folder(tmp_path / "theirs", "llama"), "their_type", "TheirModel", "net.")
    said = run_beside_their_package(
        "from langzoo.zoo.foreign.open_source import open_source\n"
        "from langzoo.zoo.foreign.foreign_configs import config_from_hugging_face\n"
        "print(config_from_hugging_face(open_source('llama').config).family)\n"
        "try:\n    config_from_hugging_face(open_source('theirs').config)\n"
        "except ValueError as error:\n    print(error)\n",
        "import no_such_module",
    ).splitlines()
    assert said[0] == "llama"
    assert "'their_type' is not supported" in said[1] and "No module named 'no_such_module'" in said[1]
    assert "fix or uninstall its package" in said[1]


def test_every_family_that_names_one_reads_what_it_writes():
    for name, foreign in foreign_families().items():
        config = next(model.config for model in named_models() if model.family == name)
        for task in foreign.architectures.values():
            written = config_to_hugging_face(config, task)
            assert written["model_type"] in foreign.model_types and written["architectures"][0] in foreign.architectures
            assert set(foreign.token_ids) <= {"bos_token_id", "eos_token_id", "pad_token_id"}


def test_a_family_is_found_by_what_others_call_it():
    mistral = find_foreign_family(lambda name, foreign: "mistral" in foreign.model_types)
    assert mistral is foreign_family(named_model("llama_tiny").config) and mistral.token_ids[0] == "bos_token_id"
    assert find_foreign_family(lambda name, foreign: "bart" in foreign.model_types) is None
    assert "foreign" in vars(LlamaConfig)
