import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import ByteTokenizer, WordPieceTokenizer
from langzoo.zoo.export.programs import string_signatures

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "猫"]


@pytest.fixture(scope="module")
def model():
    return zoo.create(
        "electra_tiny", task="masked_lm", tokenizer=WordPieceTokenizer(PIECES), num_layers=1, initializer_range=0.5
    )


def test_each_mask_is_filled_from_the_logits_at_its_place(model):
    texts = ["the [MASK]", "[MASK] cats [MASK] 猫"]
    rows = [[2, 5, 4, 3], [2, 4, 6, 7, 4, 8, 3]]
    filled = model.fill(texts, count=3)
    assert [len(places) for places in filled] == [1, 2]
    for row, places in zip(rows, filled, strict=True):
        logits = model({"token_ids": tf.constant([row])})["logits"][0].numpy()
        for position, words in zip(np.flatnonzero(np.array(row) == 4), places, strict=True):
            p = np.exp(logits[position]) / np.exp(logits[position]).sum()
            best = np.argsort(-p)[:3]
            assert [word["token"] for word in words] == [PIECES[i] for i in best]
            assert [word["probability"] for word in words] == pytest.approx(p[best].tolist(), abs=1e-5)


def test_rows_that_round_the_matrix_up_are_no_words():
    model = zoo.create(
        "electra_tiny", task="masked_lm", tokenizer=WordPieceTokenizer(PIECES), num_layers=1, vocabulary_size=16
    )
    ((words,),) = model.fill(["[MASK]"], count=9)
    assert sorted(word["token"] for word in words) == sorted(PIECES)
    assert sum(word["probability"] for word in words) == pytest.approx(1, abs=1e-5)


def test_a_head_that_is_not_the_familys():
    options = {"head_activation": "relu", "head_norm_epsilon": 0.5}
    make = lambda **options: zoo.create("electra_tiny", task="masked_lm", num_layers=1, options=options)  # noqa: E731
    model = make(**options)
    assert model.options == options and make(head_activation="gelu", head_norm_epsilon=1e-12).options == {}
    hidden = np.random.default_rng(0).normal(size=(1, 2, model.config.hidden_dim))
    kernel, bias = (weight.numpy() for weight in model.head.transform.weights)
    x = np.maximum(hidden @ kernel + bias, 0)
    x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 0.5)
    expected = x @ model.backbone.token_embedding.embeddings.numpy().T
    np.testing.assert_allclose(model.head(hidden), expected, atol=1e-5)
    for wrong, message in (
        ({"head_activation": "gelo"}, "unknown head_activation 'gelo'"),
        ({"head_norm_epsilon": "x"}, "head_norm_epsilon must be a number between 0 and 1, not 'x'"),
    ):
        with pytest.raises(UserError, match=message):
            make(**wrong)


def test_the_loss_at_masked_places(model):
    inputs = {"token_ids": tf.constant([[2, 4, 6, 4, 3]]), "masked_positions": tf.constant([[1, 3]])}
    found = model.negative_log_likelihood(inputs, tf.constant([[5, 8]])).numpy()
    logits = model({"token_ids": inputs["token_ids"]})["logits"][0].numpy().astype(np.float64)
    expected = [np.log(np.exp(logits[p]).sum()) - logits[p, t] for p, t in ((1, 5), (3, 8))]
    assert found[0] == pytest.approx(expected, abs=1e-5)


def test_refusals(model):
    with pytest.raises(UserError, match="has no \\[MASK\\] in the first 128 tokens"):
        model.fill(["the cat"])
    with pytest.raises(UserError, match="has no \\[MASK\\] in the first"):
        model.fill(["cat " * 200 + "[MASK]"])  # behind what the model reads
    with pytest.raises(UserError, match="count must be an integer from 1 to 9, not 10"):
        model.fill(["[MASK]"], count=10)
    with pytest.raises(ValueError, match="texts must be a list of strings"):
        model.fill("[MASK]")
    with pytest.raises(UserError, match="no mask token"):
        zoo.create("electra_tiny", task="masked_lm", tokenizer=ByteTokenizer()).fill(["a"])
    assert model.fill([]) == []


def test_a_server_may_join_requests_of_several_counts(model):
    """Every row gets as many words as the largest count; a row's own are the first of them."""
    answer, texts = string_signatures(model)["fill"].answer, tf.constant(["the [MASK]", "[MASK] cat"])
    joined = answer({"text": texts, "count": tf.constant([1, 3])})
    for i, count in enumerate([1, 3]):
        alone = answer({"text": texts[i : i + 1], "count": tf.constant([count])})
        assert joined["tokens"].shape == (2, 1, 3) and alone["tokens"].shape == (1, 1, count)
        assert joined["tokens"][i, :, :count].numpy().tolist() == alone["tokens"][0].numpy().tolist()
    assert answer({"text": texts[:0], "count": tf.constant([], tf.int32)})["tokens"].shape[0] == 0
    for count, rule in (([3, 3, 3], "one number, or one per text"), ([3, 0], "from 1 to 9"), ([10], "from 1 to 9")):
        with pytest.raises(tf.errors.InvalidArgumentError, match=f"count must be {rule}"):
            answer({"text": texts, "count": tf.constant(count)})


def test_a_sample_for_tensorboard(model):
    assert model.sample_text("the cat", max_tokens=3, seed=0) is None
    ((words,),) = model.fill(["the [MASK]"], count=1)
    shown = model.sample_text("the [MASK]", max_tokens=3, seed=0)
    assert shown.startswith(f"the [MASK]\n{words[0]['token']} {words[0]['probability']:.3f}, ")
