import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import WordTokenizer

WORDS = ["<unk>", "<eos>", "the", "cat", "猫", "sat"]


@pytest.fixture(scope="module")
def model():
    return zoo.create("transformer_tiny", tokenizer=WordTokenizer(WORDS), num_layers=1, max_sequence_length=12)


def log_probabilities(model, source, target):
    """By hand from the whole forward pass: sources end with <eos>, targets begin and end with it."""
    inputs = {"source_ids": tf.constant([[*source, 1]]), "token_ids": tf.constant([[1, *target]])}
    logits = model(inputs)["logits"][0].numpy().astype(np.float64)
    normalizer = np.log(np.exp(logits).sum(-1))
    return [logits[t, token] - normalizer[t] for t, token in enumerate([*target, 1])]


def test_the_score_of_a_target_beside_longer_ones(model):
    first, second = model.score(["the cat", "sat"], ["猫", "sat 猫 the"])
    assert first["tokens"] == ["猫", "<eos>"]
    assert first["log_probabilities"] == pytest.approx(log_probabilities(model, [2, 3], [4]), abs=1e-5)
    assert second["log_probabilities"] == pytest.approx(log_probabilities(model, [5], [5, 4, 2]), abs=1e-5)
    assert model.score([""], [""])[0]["tokens"] == ["<eos>"]


def test_greedy_text_is_the_likeliest_token_at_every_place(model):
    (found,) = model.generate(["the cat"], max_tokens=5, stop=[])
    target = []
    for _ in range(5):
        inputs = {"source_ids": tf.constant([[2, 3, 1]]), "token_ids": tf.constant([[1, *target]])}
        target.append(int(model(inputs)["logits"][0, -1].numpy().argmax()))
    assert found["tokens"] == [WORDS[i] for i in target]
    other = model.generate(["sat", "the cat"], max_tokens=5, stop=[])[1]
    assert other["tokens"] == found["tokens"]  # a padded source is the same source
    assert other["log_probabilities"] == pytest.approx(found["log_probabilities"], abs=1e-5)


def test_the_start_token_may_be_another():
    model = zoo.create("transformer_tiny", tokenizer=WordTokenizer(WORDS), options={"start_id": 0})
    inputs, targets, mask = model.encode_pairs(["the"], ["cat sat"])
    assert inputs["token_ids"].numpy().tolist() == [[0, 3, 5]]
    assert targets.numpy().tolist() == [[3, 5, 1]]
    assert mask.numpy().tolist() == [[True, True, True]]


def test_a_token_before_sources():
    model = zoo.create("transformer_tiny", tokenizer=WordTokenizer(WORDS), options={"source_start_id": 4})
    inputs, targets, _ = model.encode_pairs(["the", ""], ["cat sat", "cat"])
    assert inputs["source_ids"].numpy().tolist() == [[4, 2, 1], [4, 1, 0]]
    assert inputs["source_mask"].numpy().tolist() == [[True, True, True], [True, True, False]]
    assert targets.numpy().tolist() == [[3, 5, 1], [3, 1, 0]]
    with pytest.raises(ValueError, match="source_start_id must be"):
        zoo.create("transformer_tiny", tokenizer=WordTokenizer(WORDS), options={"source_start_id": -1})


def test_what_the_target_looks_at(model):
    inputs, _, _ = model.encode_pairs(["the cat sat"], ["猫"])
    weights = model.attention_weights(inputs)
    shapes = {name: [tuple(layer.shape) for layer in layers] for name, layers in weights.items()}
    heads, layers = model.config.num_heads, model.config.num_layers
    assert shapes == {
        "encoder": [(1, heads, 4, 4)] * layers,
        "decoder": [(1, heads, 2, 2)] * layers,
        "cross": [(1, heads, 2, 4)] * layers,
    }


def test_refusals(model):
    with pytest.raises(UserError, match="a text is longer than this model reads, 12 tokens"):
        model.score(["cat " * 12], ["cat"])
    with pytest.raises(UserError, match="a text is longer"):
        model.generate(["cat " * 12])
    with pytest.raises(ValueError, match="there must be as many targets as sources, 1, not 2"):
        model.score(["a"], ["b", "c"])
    assert model.score([], []) == []


def test_the_best_of_several_answers_to_each_source(model):
    options = {"decoder": "best_of", "width": 3, "max_tokens": 4, "stop": [], "num_results": 2}
    together = model.generate(["the cat", "sat"], **options)
    (alone,) = model.generate(["sat"], **options)
    for one, other in zip(together[1], alone, strict=True):
        assert (one["text"], one["score"]) == (other["text"], pytest.approx(other["score"], abs=1e-5))
    for first, second in together:
        assert first["score"] >= second["score"]
        assert first["score"] == pytest.approx(np.mean(first["log_probabilities"]), abs=1e-5)
