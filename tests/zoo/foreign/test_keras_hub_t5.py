"""T5 of KerasHub, made by it, is ours after an import; and ours is KerasHub's after an export."""

import keras_hub
import langzoo.zoo as zoo
import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.foreign.export_keras_hub import export_keras_hub, hub_outputs
from langzoo.zoo.import_model import import_model

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
@pytest.mark.parametrize("tied", [True, False])
def test_an_imported_t5(tied, tmp_path):
    options = {"key_value_dim": 6, "activation": "relu", "use_gated_activation": False, "tie_embedding_weights": tied}
    theirs = keras_hub.models.T5Backbone(**SIZES, **options)
    random_weights(theirs, 0.3)
    theirs.save_to_preset(str(tmp_path / "preset"))
    model = import_model(tmp_path / "preset")
    assert model.task == "seq2seq_lm" and model.config.head_dim == 6 and model.config.tie_embeddings is tied
    found, ours = both(theirs, model)
    np.testing.assert_allclose(ours, found, atol=1e-4)
    assert np.ptp(found) > 0.5


@pytest.mark.ci
def test_an_exported_t5(tmp_path):
    changes = {"vocabulary_size": 21, "num_layers": 1, "feed_forward": "relu", "tie_embeddings": True}
    model = zoo.create("t5_tiny", **changes)
    random_weights(model, 0.1)
    assert export_keras_hub(model, tmp_path / "preset").largest_difference < 1e-4
    found, ours = both(keras_hub.models.Backbone.from_preset(str(tmp_path / "preset")), model)
    np.testing.assert_allclose(found, ours, atol=1e-4)
    again = import_model(tmp_path / "preset")
    assert all(np.array_equal(a, b) for a, b in zip(model.weights, again.weights, strict=True))


def test_a_t5_that_it_does_not_have(tmp_path):
    for changes, message in (
        ({"feed_forward": "gated_gelu"}, "a T5Backbone of KerasHub has feed_forward 'relu', this model 'gated_gelu'"),
        (
            {"feed_forward": "relu", "num_decoder_layers": 1, "num_layers": 2},
            "has as many decoder_layers as num_layers",
        ),
    ):
        with pytest.raises(UserError, match=message):
            export_keras_hub(zoo.create("t5_tiny", vocabulary_size=21, **changes), tmp_path / "preset")
