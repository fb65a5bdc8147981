import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.trainers import NextToken
from langzoo.trainers.objectives import RegularizedNextToken

BATCH = {
    "token_ids": tf.constant([[1, 2, 3], [4, 5, 0]]),
    "targets": tf.constant([[2, 3, 4], [5, 0, 0]]),
    "weights": tf.constant([[1.0, 1.0, 1.0], [1.0, 1.0, 0.0]]),
}


def test_terms_equal_numpy():
    model = zoo.create("awd_lstm_tiny", vocabulary_size=9)
    objective = RegularizedNextToken(activation_regularization=3.0, temporal_regularization=0.5)
    objective.check(model)
    body = model.hidden_states({"token_ids": BATCH["token_ids"]})
    hidden = body["hidden_states"].numpy()
    np.testing.assert_array_equal(hidden, body["undropped_states"])  # nothing is dropped without training
    terms, _ = objective.terms(model, BATCH, {}, training=False)
    weights = BATCH["weights"].numpy()
    activation = (hidden**2).mean(-1)
    changes = ((hidden[:, 1:] - hidden[:, :-1]) ** 2).mean(-1)
    np.testing.assert_allclose(terms["activation"].total(), (activation * weights).sum(), rtol=1e-5)
    np.testing.assert_allclose(terms["temporal"].total(), (changes * weights[:, 1:]).sum(), rtol=1e-5)
    counted = {name: float(tf.reduce_sum(term.weights)) for name, term in terms.items()}
    assert counted == {"next_token": 5.0, "activation": 5.0, "temporal": 3.0}
    assert {name: term.scale for name, term in terms.items()} == objective.shares
    plain, _ = NextToken().terms(model, BATCH, {}, training=False)
    np.testing.assert_allclose(terms["next_token"].losses, plain["next_token"].losses, rtol=1e-6)


def test_in_training_activation_is_of_what_the_head_reads_and_the_state_is_carried():
    model = zoo.create("awd_lstm_tiny", vocabulary_size=9, output_dropout=0.9, weight_drop=0.0)
    model.backbone.input_dropout.rate = model.backbone.word_dropout.rate = model.backbone.dropouts[0].rate = 0.0
    objective, state = RegularizedNextToken(), model.initial_state(2)
    dropped, after = objective.items(model, BATCH, state, training=True)
    whole, expected = objective.items(model, BATCH, state, training=False)
    assert np.abs(dropped["activation"] - whole["activation"]).max() > 1e-6
    np.testing.assert_allclose(dropped["temporal"], whole["temporal"], atol=1e-9)
    for name, value in after.items():
        np.testing.assert_allclose(value, expected[name], atol=1e-6)
    assert objective.items(model, BATCH, {}, training=True)[1] == {}


def test_it_is_for_models_that_tell_their_undropped_states():
    with pytest.raises(UserError, match="is for awd_lstm models, which give their states before dropout"):
        RegularizedNextToken().check(zoo.create("lstm_tiny"))
