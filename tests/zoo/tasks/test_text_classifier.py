import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import WordPieceTokenizer, WordTokenizer

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "猫"]
LABELS = ["bad", "good", "好"]


@pytest.fixture(scope="module")
def model():
    options = {"labels": LABELS}
    return zoo.create(
        "roberta_tiny",
        task="text_classifier",
        tokenizer=WordPieceTokenizer(PIECES),
        options=options,
        num_layers=1,
        initializer_range=0.5,
    )


def probabilities(model, row, segments):
    inputs = {"token_ids": tf.constant([row]), "segment_ids": tf.constant([segments])}
    logits = model(inputs)["logits"][0].numpy().astype(np.float64)
    return np.exp(logits) / np.exp(logits).sum()


def test_texts_and_pairs(model):
    one, two = model.classify(["the cats", "猫"])
    expected = probabilities(model, [2, 5, 6, 7, 3], [0] * 5)
    assert one["label"] == LABELS[int(expected.argmax())]
    assert list(one["probabilities"]) == LABELS
    assert list(one["probabilities"].values()) == pytest.approx(expected.tolist(), abs=1e-5)
    assert two["probabilities"] == pytest.approx(model.classify(["猫"])[0]["probabilities"], abs=1e-5)
    (pair,) = model.classify(["the"], ["猫"])
    expected = probabilities(model, [2, 5, 3, 8, 3], [0, 0, 0, 1, 1])
    assert list(pair["probabilities"].values()) == pytest.approx(expected.tolist(), abs=1e-5)


def classifier(**options):
    tokenizer = WordPieceTokenizer(PIECES)
    return zoo.create(
        "roberta_tiny",
        task="text_classifier",
        tokenizer=tokenizer,
        options=options,
        num_layers=1,
        initializer_range=0.5,
    )


SIX = [f"label {i}" for i in range(6)]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


@pytest.mark.parametrize(
    ("options", "read"),
    [
        ({"labels": ["bad", "good"]}, lambda x: np.exp(x) / np.exp(x).sum()),
        ({"labels": SIX, "problem_type": "multi_label_classification"}, sigmoid),
        ({"labels": ["toxic"], "problem_type": "multi_label_classification"}, sigmoid),
        ({"labels": ["LABEL_0"]}, lambda x: x),
        ({"labels": ["LABEL_0"], "activation": "sigmoid"}, sigmoid),
        ({"labels": SIX, "problem_type": "regression"}, lambda x: x),
    ],
)
def test_what_the_logits_mean(options, read, tmp_path):
    """Each kind of problem against NumPy, and kept with the model."""
    model, row = classifier(**options), [2, 5, 6, 7, 3]
    expected = read(model({"token_ids": tf.constant([row])})["logits"][0].numpy().astype(np.float64))
    (found,) = model.classify(["the cats"])
    labels = list(options["labels"])
    if "score" in found:
        assert list(found) == ["score"]
        numbers = [found["score"]]
    else:
        named = found.get("scores") or found["probabilities"]
        assert list(named) == labels
        numbers = list(named.values())
    assert numbers == pytest.approx(expected.tolist(), abs=1e-5)
    if "label" in found:
        assert found["label"] == labels[int(expected.argmax())]
    elif "labels" in found:
        assert found["labels"] == [label for label, p in zip(labels, expected, strict=True) if p >= 0.5]
    else:
        assert model.problem_type == "regression"
    zoo.save(model, tmp_path / "run")
    again = zoo.load(tmp_path / "run")
    assert again.options == model.options and again.options["problem_type"] == model.problem_type
    assert again.classify(["the cats"]) == [found]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"labels": ["a"], "problem_type": "single_label_classification"}, "needs two labels or more"),
        ({"problem_type": "ranking"}, "problem_type must be one of single_label_classification, multi_label"),
        ({"activation": "sigmoid"}, "left out with others, not 'sigmoid' with single_label_classification"),
        ({"labels": ["a"], "activation": "tanh"}, "activation must be identity or sigmoid"),
    ],
)
def test_problems_that_there_are_not(options, message):
    with pytest.raises(UserError, match=message):
        classifier(**options)


def test_refusals(model):
    with pytest.raises(ValueError, match="there must be as many pairs as texts, 2, not 1"):
        model.classify(["a", "b"], ["c"])
    with pytest.raises(ValueError, match="texts must be a list of strings"):
        model.classify("a")
    for labels in ([], ["a", "a"], 3, "ab", {"a": 1}):
        with pytest.raises(UserError, match="labels must be different names"):
            zoo.create("roberta_tiny", task="text_classifier", options={"labels": labels})
    with pytest.raises(UserError, match="labls"):
        zoo.create("roberta_tiny", task="text_classifier", options={"labls": ["a"]})
    assert model.classify([]) == []


def test_labels_travel_with_the_model(model, tmp_path):
    zoo.save(model, tmp_path / "run")
    again = zoo.load(tmp_path / "run")
    assert again.labels == tuple(LABELS)
    assert again.classify(["the"])[0]["probabilities"] == pytest.approx(
        model.classify(["the"])[0]["probabilities"], abs=1e-6
    )


CAUSAL_BODIES = ["lstm_tiny", "gpt2_tiny", "llama_tiny", "pangu_tiny", "bilstm_next_word"]


@pytest.mark.parametrize("name", CAUSAL_BODIES)
def test_any_causal_body_classifies_by_its_last_token(name):
    words = WordTokenizer(["<unk>", "<eos>", "the", "cat", "sat"])
    model = zoo.create(name, task="text_classifier", tokenizer=words, options={"labels": LABELS})
    assert model.count_params() == model.config.parameter_count("text_classifier", num_classes=3)
    long, short = model.answer(["the cat sat", "cat"])
    row = tf.constant([[1, 3, 1]])  # what the shorter one is read as, without the padding beside the longer one
    hidden = model.backbone({"token_ids": row})["hidden_states"][:, -1]
    expected = tf.nn.softmax(model.head(hidden))[0].numpy()
    assert list(short["probabilities"].values()) == pytest.approx(expected.tolist(), abs=1e-5)
    assert long["probabilities"] != short["probabilities"]
    (pair,) = model.answer(["the"], ["cat"])
    assert pair["probabilities"] == pytest.approx(model.answer(["the <eos> cat"])[0]["probabilities"], abs=1e-5)


@pytest.mark.parametrize("name", ["bigram", "t5_tiny", "transformer_tiny"])
def test_bodies_that_do_not_fit(name):
    with pytest.raises(UserError, match=r"of the family .*: 'text_classifier'. Known: (causal|seq2seq)_lm$"):
        zoo.create(name, task="text_classifier")
