"""Contrastive and similarity losses, against NumPy; and what they learn."""

import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers import WordPieceTokenizer
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.objectives import Contrastive, Similarity

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghij"]
BODY = {"num_layers": 1, "num_heads": 2, "hidden_dim": 8, "intermediate_dim": 16, "max_sequence_length": 16}


@pytest.fixture(scope="module")
def model():
    tokenizer = WordPieceTokenizer(VOCABULARY)
    still = {"dropout": 0.0, "attention_dropout": 0.0, "initializer_range": 0.4}
    return zoo.create("distilbert_tiny", task="text_encoder", tokenizer=tokenizer, **BODY, **still)


def batch_of(texts, *, weights=None, labels=None):
    """A batch as `EmbeddingSource` makes it, from rows of strings of letters."""
    shape = (len(texts), len(texts[0]), 6)
    ids, mask = np.zeros(shape, np.int32), np.zeros(shape, bool)
    for row, place in np.ndindex(shape[:2]):
        packed = [2, *(VOCABULARY.index(letter) for letter in texts[row][place]), 3]
        ids[row, place, : len(packed)], mask[row, place, : len(packed)] = packed, True
    keys = {text: number for number, text in enumerate(sorted({text for row in texts for text in row}))}
    return {
        "token_ids": tf.constant(ids),
        "padding_mask": tf.constant(mask),
        "segment_ids": tf.zeros(shape, tf.int32),
        "keys": tf.constant([[keys[text] for text in row] for row in texts], tf.int32),
        "labels": tf.constant([1.0] * len(texts) if labels is None else labels, tf.float32),
        "weights": tf.constant([1.0] * len(texts) if weights is None else weights, tf.float32),
    }


def in_numpy(vectors, texts, *, temperature, symmetric=False, weights=None, cosine=True):
    """The losses, a loop over all candidates of every row."""
    if cosine:
        vectors = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    real = [row for row in range(len(texts)) if weights is None or weights[row]]

    def loss(query, own, others):
        logits = np.array([query @ own, *(query @ other for other in others)]) / temperature
        return np.log(np.exp(logits - logits[0]).sum())

    losses = []
    for row, (text, pair, *_) in enumerate(texts):
        others = [place for place in real if place != row and texts[place][0] != text and texts[place][1] != pair]
        candidates = [vectors[place, 1] for place in others if texts[place][1] != text]
        candidates += [
            vectors[place, 2] for place in real if len(texts[0]) == 3 and texts[place][2] not in (pair, text)
        ]
        value = loss(vectors[row, 0], vectors[row, 1], candidates)
        if symmetric:
            value = (
                value
                + loss(
                    vectors[row, 1], vectors[row, 0], [vectors[place, 0] for place in others if texts[place][0] != pair]
                )
            ) / 2
        losses.append(value)
    return losses


PAIRS = [("ab", "cd"), ("c", "dd"), ("abc", "cd"), ("ab", "jj"), ("e", "f"), ("f", "c")]
TRIPLES = [("ab", "cd", "gg"), ("c", "dd", "cd"), ("abc", "h", "i"), ("b", "jj", "e"), ("e", "f", "ij")]


@pytest.mark.parametrize(
    ("texts", "settings", "weights"),
    [
        (PAIRS, {}, None),
        (PAIRS, {"symmetric": True, "temperature": 0.5}, [1, 1, 1, 1, 0, 1]),
        (TRIPLES, {"symmetric": True}, None),
        (TRIPLES, {"similarity": "dot", "temperature": 2.0}, [1, 1, 0, 1, 1]),
    ],
)
def test_it_is_the_sum_over_all_candidates(model, texts, settings, weights):
    objective, batch = Contrastive(**settings), batch_of(texts, weights=weights)
    found, _ = objective.items(model, batch, {}, training=False)
    vectors = np.stack([model.embed(["".join(f"{letter} " for letter in text) for text in row]) for row in texts])
    np.testing.assert_allclose(found["embeddings"], vectors, atol=1e-5)
    expected = in_numpy(
        vectors.astype(np.float64),
        texts,
        temperature=settings.get("temperature", 0.05),
        symmetric=settings.get("symmetric", False),
        weights=weights,
    )
    kept = np.ones(len(texts), bool) if weights is None else np.array(weights) > 0
    np.testing.assert_allclose(np.array(found["contrastive"])[kept], np.array(expected)[kept], rtol=1e-3, atol=1e-5)


def test_similarity_is_the_squared_error_of_the_cosine(model):
    texts, labels = [("ab", "cd"), ("c", "c")], [1.0, 4.0]
    found, _ = Similarity(lowest=1.0, highest=4.0).items(model, batch_of(texts, labels=labels), {}, training=False)
    vectors = model.embed(["a b", "c d"])
    cosine = float(vectors[0] @ vectors[1])
    np.testing.assert_allclose(found["similarity"], [cosine**2, 0.0], atol=1e-5)
    np.testing.assert_allclose(found["predictions"], [1 + 3 * cosine, 4.0], atol=1e-5)


def test_a_batch_in_parts_is_refused(model):
    with pytest.raises(UserError, match=r"accumulation_steps must be 1, not 2: .* Contrastive compares all rows"):
        model.compile("sgd", objective=Contrastive(), accumulation_steps=2)
    model.compile("sgd", objective=Similarity(), accumulation_steps=2)


def test_a_range_that_is_none_is_refused():
    with pytest.raises(ValueError, match="lowest 5 must be below highest 5"):
        Similarity(lowest=5.0)
