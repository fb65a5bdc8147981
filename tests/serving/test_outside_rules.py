"""Logit rules of other packages, asked of exports: a SavedModel cannot have them, a LiteRT file's Python loop can."""

import dataclasses
from pathlib import Path
from types import SimpleNamespace

import langzoo.zoo as zoo
import pytest
from langzoo.layers.plain.generation_options import exported_options
from langzoo.layers.plain.logit_rules import LOGIT_RULES
from langzoo.layers.text import ByteTokenizer
from langzoo.serving import ExportedModel, LiteModel
from langzoo.zoo.export import compare_export, export_litert


@dataclasses.dataclass(frozen=True, kw_only=True)
class OnlyOneId(zoo.LogitRule):
    """Nothing but one token is written."""

    only_id: int = zoo.option(0, low=0, high=300, help="Its id; 0 for any.")

    def apply(self, scores, history, state, *, ops):
        """See `LogitRule.apply`."""
        wanted = self.column("only_id", ops=ops)
        return ops.where((ops.arange(ops.width(scores)) == wanted) | (wanted == 0), scores, float("-inf"))


@pytest.fixture(autouse=True)
def _registered(monkeypatch):
    monkeypatch.setattr(LOGIT_RULES, "_entries", dict(LOGIT_RULES._entries))
    zoo.register_logit_rule("only_one_id")(OnlyOneId)


def test_a_saved_model_refuses_one_and_says_where_it_can_be_had():
    exported = object.__new__(ExportedModel)  # what is refused never reaches the graph
    inputs = {name: {"dtype": "int32", "shape": [None]} for name in ("prompt", *exported_options())}
    exported.directory, exported.manifest = Path("export"), {"signatures": {"generate": {"inputs": inputs}}}
    exported._model = SimpleNamespace(signatures={"generate": None})
    with pytest.raises(zoo.UserError) as refused:
        exported.generate(["a"], only_id=98, max_tokens=2)
    assert str(refused.value) == (
        "an exported SavedModel has only langzoo's own logit rules, and 'only_id' is of another package: generate "
        "from the run directory instead, or with a LiteModel"
    )
    with pytest.raises(zoo.UserError, match="only_ids"):
        exported.generate(["a"], only_ids=98, max_tokens=2)


@pytest.mark.slow  # it converts a model
def test_a_lite_model_has_it_as_the_live_one_does(monkeypatch, tmp_path):
    monkeypatch.setattr(compare_export, "compare_export", lambda *_, **__: {"largest_difference": 0.0})
    model = zoo.create("unigram", tokenizer=ByteTokenizer())
    lite = LiteModel(export_litert(model, tmp_path, prefill_lengths=[4]).path, num_threads=1)
    live, found = (each.generate(["a"], only_id=98, max_tokens=2)[0] for each in (model, lite))
    assert found["text"] == live["text"] == "bb"
