import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.trainers.objectives.answer_span import AnswerSpan


def test_the_loss_is_that_of_both_ends_over_the_tokens_that_count():
    model = zoo.create("roberta_tiny", task="span_extractor", initializer_range=0.5, num_layers=1)
    draw = np.random.default_rng(0)
    lengths, first, last = np.array([9, 5, 1]), np.array([3, 0, 0]), np.array([6, 0, 0])
    mask = np.arange(9) < lengths[:, np.newaxis]
    batch = {
        "token_ids": np.where(mask, draw.integers(5, 50, (3, 9)), 1).astype(np.int32),
        "padding_mask": mask,
        "segment_ids": np.zeros((3, 9), np.int32),
        "first_places": first.astype(np.int32),
        "last_places": last.astype(np.int32),
        "weights": np.array([1, 1, 0], np.float32),
    }
    batch = {name: tf.constant(values) for name, values in batch.items()}
    objective = AnswerSpan()
    terms, observed, _ = objective.terms_and_observed(model, batch, {}, training=False)
    losses, right = np.zeros(2), np.ones(2, bool)
    for logits, places in ((observed["start_logits"], first), (observed["end_logits"], last)):
        for row in range(2):
            own = logits.numpy()[row, : lengths[row]].astype(np.float64)
            losses[row] += (np.log(np.exp(own).sum()) - own[places[row]]) / 2
            right[row] &= own.argmax() == places[row]
    assert float(terms["answer_span"].total(tf.float64)) == pytest.approx(losses.sum(), abs=1e-5)
    assert float(terms["accuracy"].total(tf.float64)) == right.sum()
    # Wider padding changes nothing.
    wide = {
        name: tf.pad(values, [[0, 0], [0, 4]]) if len(values.shape) == 2 else values for name, values in batch.items()
    }
    again = objective.terms_and_observed(model, wide, {}, training=False)[0]
    assert float(again["answer_span"].total(tf.float64)) == pytest.approx(losses.sum(), abs=1e-5)
