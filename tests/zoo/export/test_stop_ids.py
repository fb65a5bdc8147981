"""Ids that end a text beside the tokenizer's own: live, kept with the model, in the graphs, and in what is exported."""

import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.serving import ExportedModel, LiteModel
from langzoo.zoo.export import export_litert, export_saved_model
from langzoo.zoo.export.manifest import describe_export
from langzoo.zoo.export.programs import string_signatures
from langzoo.zoo.foreign.export_hugging_face import hugging_face_config

from tests.zoo.export.tiny_models import tiny_model

OTHERS = ["llama", "transformer", "t5"]


def stopping(family):
    """A model, one that stops at tokens that it writes, and a prompt with what both write."""
    model = tiny_model(family)
    (whole,) = model.generate(["a bad cab"], max_tokens=8)
    names = model.tokenizer.tokens
    ids = [names.index(token) for token in whole["tokens"]]
    stop = next((token for token in ids if token != ids[0]), ids[0])
    first = ids.index(stop)
    unwritten = next(token for token in range(2, len(names)) if token not in ids)
    options = {**model.options, "more_stop_ids": [unwritten, stop]}
    other = type(model)(model.config, tokenizer=model.tokenizer, name=family, **options)
    other.set_weights(model.get_weights())
    return other, whole["tokens"][:first]


@pytest.mark.parametrize("family", ["gpt2", *(pytest.param(name, marks=pytest.mark.slow) for name in OTHERS)])
def test_they_end_a_text_live_and_in_the_graph(family, tmp_path):
    model, expected = stopping(family)
    (found,) = model.generate(["a bad cab"], max_tokens=8)
    assert found["tokens"] == expected
    (whole,) = model.generate(["a bad cab"], max_tokens=8, stop=[])
    assert len(whole["tokens"]) > len(expected)
    zoo.save(model, tmp_path / "run")
    assert zoo.load(tmp_path / "run").stop_ids() == model.stop_ids()
    assert set(model.more_stop_ids) < set(describe_export(model, kind="litert")["tokenizer"]["stop_ids"])
    example = string_signatures(model)["generate"].examples[0]
    columns = {name: np.array(value[:1]) for name, value in example.items()}
    columns |= {"prompt": np.array([b"a bad cab"], object), "max_tokens": np.array([8], np.int32)}
    columns |= {"temperature": np.array([0], np.float32)}
    out = string_signatures(model)["generate"].answer(columns)
    assert int(out["lengths"][0]) == len(expected)


@pytest.mark.slow
@pytest.mark.parametrize("family", ["gpt2", "transformer"])
def test_they_end_a_text_that_an_export_writes(family, tmp_path):
    model, expected = stopping(family)
    export_saved_model(model, tmp_path / "saved")
    lite = export_litert(model, tmp_path / "lite")
    for opened in (ExportedModel(tmp_path / "saved"), LiteModel(lite.path)):
        assert opened.generate(["a bad cab"], max_tokens=8)[0]["tokens"] == expected


def test_transformers_is_told_of_them():
    model = zoo.create("gpt2_tiny", options={"more_stop_ids": [4, 5]})
    assert hugging_face_config(model)["eos_token_id"] == [4, 5]
    tokenized = zoo.create("gpt2_tiny", tokenizer=tiny_model("gpt2").tokenizer, options={"more_stop_ids": [4, 5]})
    assert hugging_face_config(tokenized)["eos_token_id"] == [tokenized.tokenizer.end_id, 4, 5]


@pytest.mark.parametrize("ids", [[-1], [1000], ["</s>"], [True], 3, "34", {"a": 1}])
def test_ids_that_are_none(ids):
    with pytest.raises(UserError, match="more_stop_ids must be a list of ids from 0 to 999"):
        zoo.create("gpt2_tiny", vocabulary_size=1000, options={"more_stop_ids": ids})
