import json

import keras
import langzoo.zoo as zoo
import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.plain.errors import UserError
from langzoo.layers.probabilistic import count_ngrams
from langzoo.layers.text import ByteTokenizer, CharacterTokenizer, WordTokenizer
from langzoo.trainers.objectives import NextToken
from langzoo.zoo.export import ExportError, export_saved_model
from langzoo.zoo.export.programs.generation_signatures import option_types, option_values

from tests.checks.export import DECODINGS, check_export, generation
from tests.checks.prediction_log import read_prediction_log

TEXTS = ["", "the cat sat", "猫坐在垫子上\n", "é"]


def check_causal(model, texts, folder, decodings=DECODINGS):
    return check_export(model, [lambda each: each.score(texts), *generation(texts, decodings=decodings)], folder)


def lstm(**changes):
    keras.utils.set_random_seed(0)
    # Weights large enough that the next token is no near-tie.
    return zoo.create("lstm_tiny", tokenizer=ByteTokenizer(), initializer_range=0.5, **changes)


@pytest.fixture(scope="module")
def signatures(lstm_export):
    """The signatures alone, called as TF Serving calls them; the module keeps the model alive."""
    loaded = tf.saved_model.load(str(lstm_export[1].directory))
    yield loaded.signatures
    del loaded


@pytest.fixture(scope="module")
def lstm_export(tmp_path_factory):
    """Of a model that has been compiled and has dropout: neither may leave a trace."""
    model = lstm(num_layers=2, dropout=0.5, norm="layer")
    model.compile(optimizer="adam", objective=NextToken())
    return model, check_causal(model, TEXTS, tmp_path_factory.mktemp("exports"), DECODINGS[2:])


@pytest.mark.slow
def test_bigram_of_words(tmp_path):
    words = ["<unk>", "<eos>", "the", "cat", "sat", "猫", "坐"]
    text = np.array([1, 2, 3, 4, 1, 5, 6, 1, 2, 3, 1])
    counts = count_ngrams([(text[:-1], text[1:])], len(words))
    model = zoo.create("bigram", tokenizer=WordTokenizer(words), num_bigrams=len(counts[2]), prior_strength=0.5)
    model.head.set_counts(*counts)
    exported = check_causal(model, ["", "the cat", "猫 purrs"], tmp_path)
    assert exported.generate(["the"], max_tokens=2)[0]["tokens"] == [
        "cat",
        "<eos>",
    ]  # after cat both were seen once, and <eos> more often elsewhere


@pytest.mark.slow
def test_bilstm_of_characters(tmp_path):
    keras.utils.set_random_seed(1)
    tokenizer = CharacterTokenizer(["<unk>", "<eos>", *"abc 猫狗"])
    model = zoo.create("bilstm_next_word", tokenizer=tokenizer, hidden_dim=8, embedding_dim=8, max_sequence_length=4)
    check_causal(model, ["", "abc abc", "猫狗x"], tmp_path)


def test_manifest_names_signatures_and_defaults(lstm_export):
    manifest = lstm_export[1].manifest
    assert list(manifest["signatures"]) == ["serving_default", "generate", "score", "tokens"]
    generate = manifest["signatures"]["generate"]
    assert generate["inputs"] == {
        "epsilon_cutoff": {"dtype": "float32", "shape": [None]},
        "eta_cutoff": {"dtype": "float32", "shape": [None]},
        "frequency_penalty": {"dtype": "float32", "shape": [None]},
        "max_tokens": {"dtype": "int32", "shape": [None]},
        "min_new_tokens": {"dtype": "int32", "shape": [None]},
        "min_p": {"dtype": "float32", "shape": [None]},
        "no_repeat_ngram_size": {"dtype": "int32", "shape": [None]},
        "presence_penalty": {"dtype": "float32", "shape": [None]},
        "prompt": {"dtype": "string", "shape": [None]},
        "repetition_penalty": {"dtype": "float32", "shape": [None]},
        "seed": {"dtype": "int32", "shape": [None]},
        "temperature": {"dtype": "float32", "shape": [None]},
        "top_k": {"dtype": "int32", "shape": [None]},
        "top_p": {"dtype": "float32", "shape": [None]},
        "typical_p": {"dtype": "float32", "shape": [None]},
    }
    assert sorted(generate["outputs"]) == ["lengths", "log_probabilities", "text", "token_ids"]
    assert manifest["signatures"]["tokens"]["outputs"] == {"logits": {"dtype": "float32", "shape": [None, None, 257]}}
    assert manifest["defaults"] == {"decoder": "greedy", "max_tokens": 50}
    assert {"saved_model.pb", "model_card.md", "assets.extra/tf_serving_warmup_requests"} <= set(manifest["files"])


@pytest.mark.parametrize(
    ("option", "value", "rule"),
    [
        ("max_tokens", 2**31 - 1, "max_tokens must be an integer from 1 to 1000000"),
        ("max_tokens", 0, "max_tokens must be an integer from 1 to 1000000"),
        ("temperature", -0.5, "temperature must be a number from 0 to 3.4e38"),
        ("temperature", float("nan"), "temperature must be a number from 0 to 3.4e38"),
        ("temperature", float("inf"), "temperature must be a number from 0 to 3.4e38"),
        ("top_k", -1, "top_k must be an integer from 0"),
        ("top_p", 0.0, "top_p must be a number above 0 and at most 1"),
        ("top_p", 1.5, "top_p must be a number above 0 and at most 1"),
        ("repetition_penalty", 0.0, "repetition_penalty must be a number from 0.01 to 100"),
        ("repetition_penalty", float("nan"), "repetition_penalty must be a number from 0.01 to 100"),
        ("no_repeat_ngram_size", -1, "no_repeat_ngram_size must be an integer from 0"),
        ("top_k", [0, 3], "top_k must be one number, or one per prompt"),
        ("max_tokens", [2, 0, 2], "max_tokens must be an integer from 1 to 1000000"),
    ],
)
def test_the_graph_refuses_what_the_live_model_refuses(signatures, option, value, rule):
    options = {**option_values(max_tokens=2, temperature=1.0), option: value}
    inputs = {name: tf.constant(np.atleast_1d(v), option_types()[name]) for name, v in options.items()}
    with pytest.raises(tf.errors.InvalidArgumentError, match=rule):
        signatures["generate"](prompt=tf.constant(["a", "b", "c"]), **inputs)


@pytest.mark.parametrize("token_ids", [[[0, 257]], [[-1, 0]], [[]]])
def test_the_graph_refuses_what_is_no_token(signatures, token_ids):
    with pytest.raises(tf.errors.InvalidArgumentError, match="token_ids must"):
        signatures["tokens"](token_ids=tf.constant(token_ids, tf.int32))


@pytest.mark.ci
def test_a_model_that_differs_is_no_export(tmp_path):
    """The comparison is made to fail: the live model changes between writing and comparing."""
    model = zoo.create("unigram", tokenizer=ByteTokenizer())

    def change(stage):
        if stage.startswith("comparing"):
            names = sorted(path.suffix for path in (tmp_path / "new" / "model").iterdir())
            assert names == [".lock", ".part"]
            model.head.set_counts(np.arange(257))

    with pytest.raises(
        ExportError, match=r"score: log_probabilities differ from the live model's by up to|text differ"
    ):
        export_saved_model(model, tmp_path / "new" / "model" / "1", progress=change)
    assert list(tmp_path.iterdir()) == []


def test_an_existing_version_stays(tmp_path):
    for name in ("2", "named"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
    with pytest.raises(UserError, match=rf"already exists; export goes to a new version: {tmp_path}/3"):
        export_saved_model(lstm(), tmp_path / "2")
    with pytest.raises(UserError, match="already exists and is not an empty folder; name another one"):
        export_saved_model(lstm(), tmp_path / "named")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2", "named"]


def test_without_a_tokenizer_there_is_no_export(tmp_path):
    with pytest.raises(UserError, match="tokenizer"):
        export_saved_model(zoo.create("lstm_tiny"), tmp_path / "1")
    assert list(tmp_path.iterdir()) == []


def test_warmup_requests_are_what_the_signatures_take(lstm_export, signatures):
    """Each is answered by the model that it warms up."""
    folder = lstm_export[1].directory
    messages = tf.data.TFRecordDataset(str(folder / "assets.extra" / "tf_serving_warmup_requests"))
    requests = [read_prediction_log(message.numpy()) for message in messages]
    assert [request["signature"] for request in requests] == ["serving_default", "generate", "score", "tokens"]
    for request in requests:
        assert request["name"] == "lstm_tiny"
        signatures[request["signature"]](**{name: tf.constant(x) for name, x in request["inputs"].items()})


def test_tokens_and_card_are_readable(lstm_export):
    folder = lstm_export[1].directory
    assert json.loads((folder / "assets.extra" / "tokens.json").read_text(encoding="utf-8"))[256] == "<eos>"
    card = (folder / "model_card.md").read_text(encoding="utf-8")
    assert card.startswith("# lstm_tiny\n") and "/v1/models/lstm_tiny:predict" in card
