import numpy as np
import tensorflow as tf
from langzoo import zoo


def embedded(padding_id, ids):
    model = zoo.create("roberta_tiny", padding_id=padding_id)
    return model.backbone, model.backbone.embed({"token_ids": tf.constant(ids)}).numpy()


def test_positions_are_counted_from_two():
    """And the padding token takes none, where the configuration names one: its own row is the one before."""
    ids = np.array([[0, 9, 1, 1, 8, 2], [0, 7, 2, 1, 1, 1]])
    for padding_id, rows in (
        (None, [[2, 3, 4, 5, 6, 7]] * 2),
        (1, [[2, 3, 1, 1, 4, 5], [2, 3, 4, 1, 1, 1]]),
        (7, [[2, 3, 4, 5, 6, 7], [2, 1, 3, 4, 5, 6]]),
    ):
        body, found = embedded(padding_id, ids)
        words, places = body.token_embedding.embeddings.numpy(), body.position_embedding.embeddings.numpy()
        segment = body.segment_embedding.embeddings.numpy()[0]
        np.testing.assert_allclose(found, words[ids] + places[np.array(rows)] + segment, atol=1e-6)


def test_a_text_that_fills_all_positions():
    ids = np.full((1, 128), 9)
    _, found = embedded(1, ids)
    assert np.isfinite(found).all() and found.shape == (1, 128, 32)
