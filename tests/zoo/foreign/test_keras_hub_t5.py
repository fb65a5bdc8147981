"""T5 of KerasHub, made by it, is ours after an import; and ours is KerasHub's after an export."""

import keras
import keras_hub
import langzoo.zoo as zoo
import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.foreign.export_keras_hub import export_keras_hub, hub_outputs
from langzoo.zoo.foreign.keras_hub_source import read_preset_config
from langzoo.zoo.foreign.keras_hub_tokenizer import find_keras_hub_tokenizer
from langzoo.zoo.import_model import import_model

from tests.zoo.export.tiny_models import pieces_of_sentences

gelu_approximate = keras.saving.get_registered_object("keras_hub>gelu_approximate")
SIZES = {"vocabulary_size": 21, "num_layers": 2, "num_heads": 2, "hidden_dim": 16, "intermediate_dim": 24}


def random_weights(model, scale):
    random = np.random.default_rng(0)
    for weight in model.weights:
        weight.assign(random.normal(0, scale, weight.shape))


def both(theirs, model):
    """The logits of KerasHub's model and of ours, for sources of several lengths."""
    ids = np.random.default_rng(1).integers(1, 21, (3, 9))
    mask = (np.arange(9) < np.array([[9], [6], [2]])).astype("int32")
    inputs = {"source_ids": ids, "source_mask": mask, "token_ids": ids[:, 5:]}
    ours = model({**inputs, "source_mask": mask.astype(bool)})["logits"]
    return hub_outputs(theirs, inputs, task="seq2seq_lm"), np.asarray(ours)


@pytest.mark.ci  # KerasHub builds its T5 for ten seconds
@pytest.mark.parametrize("gated", [False, True])  # T5, and T5 1.1, whose output is untied, too
def test_an_imported_t5(gated, tmp_path):
    activation, tied = gelu_approximate if gated else "relu", not gated
    options = {"key_value_dim": 6, "activation": activation, "use_gated_activation": gated}
    options |= {"tie_embedding_weights": tied}
    theirs = keras_hub.models.T5Backbone(**SIZES, **options)
    random_weights(theirs, 0.3)
    theirs.save_to_preset(str(tmp_path / "preset"))
    model = import_model(tmp_path / "preset")
    assert model.task == "seq2seq_lm" and model.config.head_dim == 6 and model.config.tie_embeddings is tied
    found, ours = both(theirs, model)
    np.testing.assert_allclose(ours, found, atol=1e-5)
    assert np.ptp(found) > 0.5


@pytest.mark.ci
@pytest.mark.parametrize("feed_forward", ["relu", "gated_gelu"])
def test_an_exported_t5(feed_forward, tmp_path):
    changes = {"feed_forward": feed_forward, "tie_embeddings": feed_forward == "relu"}
    changes |= {"vocabulary_size": 21, "num_layers": 1}
    model = zoo.create("t5_tiny", options={"start_id": 3, "source_start_id": 5}, **changes)
    random_weights(model, 0.1)
    lines = []
    assert export_keras_hub(model, tmp_path / "preset", progress=lines.append).largest_difference < 1e-4
    lost = [line.rpartition(": ")[2] for line in lines if line.startswith("left out")]
    assert lost == ["the token before targets, 3", "the token before sources, 5"]
    found, ours = both(keras_hub.models.Backbone.from_preset(str(tmp_path / "preset")), model)
    np.testing.assert_allclose(found, ours, atol=1e-4)
    again = import_model(tmp_path / "preset")
    assert all(np.array_equal(a, b) for a, b in zip(model.weights, again.weights, strict=True))


@pytest.mark.parametrize(("rows", "sentinels"), [(60, 0), (65, 5), (160, 100), (256, 100), (50, 100)])
def test_no_more_sentinels_than_there_are_rows_for(rows, sentinels, tmp_path):
    """A preset does not give their number, and T5 as published has a hundred; rows too few are refused elsewhere."""
    (tmp_path / "assets" / "tokenizer").mkdir(parents=True)
    (tmp_path / "tokenizer.json").write_text('{"class_name": "T5Tokenizer", "config": {}}')
    pieces = pieces_of_sentences()
    (tmp_path / "assets" / "tokenizer" / "vocabulary.spm").write_bytes(pieces.sentence_piece_model())
    found = find_keras_hub_tokenizer(tmp_path, family="t5", rows=rows)
    assert (found.extra_ids, found.vocabulary_size) == (sentinels, 60 + sentinels)
    assert found("the cat").numpy().tolist() == pieces("the cat").numpy().tolist()


def test_a_t5_that_it_does_not_have(tmp_path):
    for changes, message in (
        ({"relative_attention_buckets": 8}, "KerasHub's T5Backbone has relative_attention_buckets 32, this model 8"),
        (
            {"feed_forward": "relu", "num_decoder_layers": 1, "num_layers": 2},
            "has as many decoder_layers as num_layers",
        ),
    ):
        with pytest.raises(UserError, match=message):
            export_keras_hub(zoo.create("t5_tiny", vocabulary_size=21, **changes), tmp_path / "preset")


def configuration(activation, gated):
    config = {**SIZES, "activation": activation, "use_gated_activation": gated}
    return read_preset_config({"class_name": "T5Backbone", "config": config})[1]


def test_activations():
    written = {"module": "builtins", "class_name": "function", "config": "keras_nlp>gelu_approximate"}
    assert configuration(written, True).feed_forward == "gated_gelu"
    for activation, gated in (("gelu", True), ("relu", True), (written, False), (["relu"], False)):
        with pytest.raises(
            UserError, match=r"config\.json, config: activation is .*; supported: 'relu' without"
        ) as error:
            configuration(activation, gated)
        assert "\n" not in str(error.value)
