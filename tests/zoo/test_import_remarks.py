"""What an import says of a source: what it leaves out, what it refuses to leave out, where texts end."""

import json
import shlex

import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.import_model import import_model
from langzoo.zoo.import_remark import ImportRemark
from safetensors.numpy import load_file

from tests.checks.foreign_folder import change_config, change_tensors, write_foreign_folder


def folder_of(tmp_path, kind, **options):
    return write_foreign_folder(tmp_path / kind, kind, **options)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("kind", ["bert", "gpt2", "t5"])
def test_a_weight_that_is_no_number_is_named(tmp_path, kind, value, recwarn):
    folder = folder_of(tmp_path, kind)
    weights = load_file(folder / "model.safetensors")
    name = list(weights)[3]
    weights[name].flat[1] = value
    change_tensors(folder, {name: weights[name]})
    with pytest.raises(UserError, match=f"the weight {name} holds 1 numbers that are NaN or infinite") as error:
        import_model(folder, tokenizer=None)
    assert "\n" not in str(error.value) and not recwarn


def test_a_float64_beyond_float32(tmp_path, recwarn):
    folder = folder_of(tmp_path, "gpt2")
    weights = load_file(folder / "model.safetensors")
    name = next(iter(weights))
    change_tensors(folder, {name: np.full(weights[name].shape, 1e300)})
    with pytest.raises(UserError, match=f"the weight {name} holds .* numbers that are NaN or infinite in float32"):
        import_model(folder, tokenizer=None)
    assert not recwarn


@pytest.mark.parametrize(
    ("kind", "changes", "prefix"),
    [
        ("roberta", {}, "roberta."),
        ("roberta", {"architectures": ["RobertaForSequenceClassification"]}, "roberta."),
        ("roberta", {"architectures": ["RobertaForSequenceClassification"]}, ""),
        ("bert", {"architectures": ["BertForMaskedLM"]}, "bert."),
    ],
)
def test_a_pooler_that_the_task_does_not_use_is_told_of(tmp_path, kind, changes, prefix):
    folder = folder_of(tmp_path, kind, changes=changes)
    pooler = {f"{prefix}pooler.dense.weight": np.ones((8, 8)), f"{prefix}pooler.dense.bias": np.ones(8)}
    for name in ("cls.seq_relationship.weight", "cls.seq_relationship.bias"):
        if kind == "bert":
            change_tensors(folder, without=name)
    change_tensors(folder, pooler)
    with pytest.warns(ImportRemark, match=rf"left out: {prefix}pooler\.dense\.(weight|bias), .*does not use"):
        import_model(folder, tokenizer=None)
    with pytest.raises(UserError, match=r"pooler.*--strict refuses that"):
        import_model(folder, tokenizer=None, strict=True)
    body = import_model(folder, tokenizer=None, task="text_encoder", leave_out=["cls.*", "lm_head.*", "classifier.*"])
    assert body.config.pooler == "first_token"


def test_the_options_for_what_is_unused_are_enough(tmp_path):
    """Every prefix is named, and none that a weight in use begins with."""
    folder = folder_of(tmp_path, "bert_body")
    names = ("classifier.weight", "classifier.bias", "qa_outputs.weight", "bert.extra.a", "bert.extra.b.c", "bert.one")
    change_tensors(folder, dict.fromkeys(names, np.ones(2, np.float32)))
    with pytest.raises(UserError, match=r"\(6 unused\)") as error:
        import_model(folder, tokenizer=None)
    options = shlex.split(str(error.value).partition("or without it: ")[2])
    assert options[::2] == ["--leave-out"] * 4
    assert sorted(options[1::2]) == ["bert.extra.*", "bert.one", "classifier.*", "qa_outputs.weight"]
    import_model(folder, tokenizer=None, leave_out=options[1::2])


def test_a_key_that_nobody_knows_is_told_of(tmp_path):
    folder = folder_of(tmp_path, "bert_body")
    change_config(folder, auto_map={"AutoModel": "x.Y"}, ring=3)
    with pytest.warns(ImportRemark, match=r"auto_map \(\{'AutoModel': 'x\.Y'\}\), ring \(3\)$") as told:
        import_model(folder, tokenizer=None)
    assert len(told) == 1
    with pytest.raises(UserError, match=r"ring.*; --strict refuses that"):
        import_model(folder, tokenizer=None, strict=True)
    change_config(folder, auto_map=None, ring=None)
    import_model(folder, tokenizer=None, strict=True)


def test_a_model_in_a_cache_is_named_after_its_repository(tmp_path):
    folder = folder_of(tmp_path / "models--somebody--tiny-bert" / "snapshots", "bert_body")
    assert import_model(folder, tokenizer=None).name == "tiny-bert"


@pytest.mark.parametrize(
    ("config", "generation", "expected"),
    [
        ({"eos_token_id": 3}, None, [3]),
        ({"eos_token_id": [3, 5]}, None, [3, 5]),
        ({"eos_token_id": 3}, {"eos_token_id": [5, 3, 7]}, [3, 5, 7]),
        ({}, {"eos_token_id": 4}, [4]),
        ({"eos_token_id": None}, {"eos_token_id": [-1]}, []),
    ],
)
@pytest.mark.parametrize("kind", ["gpt2", "llama", "t5"])
def test_every_id_that_ends_a_text(tmp_path, kind, config, generation, expected):
    folder = folder_of(tmp_path, kind)
    change_config(folder, **config)
    if generation is not None:
        (folder / "generation_config.json").write_text(json.dumps(generation))
    model = import_model(folder, tokenizer=None)
    assert list(model.more_stop_ids) == expected
    zoo.save(model, tmp_path / "run")
    assert zoo.load(tmp_path / "run").options == model.options


def test_ids_that_end_no_text(tmp_path):
    folder = folder_of(tmp_path, "gpt2")
    change_config(folder, eos_token_id=50256)
    with pytest.warns(ImportRemark, match="eos_token_id 50256 is left out where it is beyond the 20 tokens"):
        assert import_model(folder, tokenizer=None).more_stop_ids == ()
    for wrong in ("</s>", [[1]], True, [1] * 65, {"a": 1}):
        change_config(folder, eos_token_id=wrong)
        with pytest.raises(UserError, match="eos_token_id must be a token's id or a list of at most 64"):
            import_model(folder, tokenizer=None)
