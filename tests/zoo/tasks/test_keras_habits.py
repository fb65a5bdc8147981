"""What a Keras user tries first works as Keras has it, or says in one line what does."""

import json
import zipfile

import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo import trainers, zoo
from langzoo.layers import WordTokenizer
from langzoo.layers.plain.errors import UserError

WORDS = ["<unk>", "<eos>", "the", "cat", "sat", "猫", "down", "<s>"]
NUMBERS = np.random.default_rng(1)
IDS = NUMBERS.integers(2, 8, (4, 6))
TARGETS = NUMBERS.integers(2, 8, (4, 6))
KINDS = {  # name, task, the objective, x and y of fit
    "causal": ("lstm_tiny", None, trainers.NextToken, IDS, TARGETS),
    "gpt": ("gpt2_tiny", None, trainers.NextToken, IDS, TARGETS),
    "masked": ("roberta_tiny", None, trainers.MaskedToken, {"token_ids": IDS, "masked_positions": IDS % 6}, TARGETS),
    "masked everywhere": ("roberta_tiny", None, trainers.MaskedToken, IDS, TARGETS),
    "pairs": ("transformer_tiny", None, trainers.NextTargetToken, {"source_ids": IDS}, TARGETS),
    "labels": ("roberta_tiny", "text_classifier", trainers.Label, IDS, np.array([0, 1, 1, 0])),
}
TEXTS = ["the cat", "猫"]
ANSWERS = [  # the model, what predict is asked with, and the method that it stands for
    ("lstm_tiny", None, {"max_tokens": 3}, "generate"),
    ("transformer_tiny", None, {"max_tokens": 3}, "generate"),
    ("electra_tiny", None, {}, "answer"),
    ("roberta_tiny", "text_classifier", {}, "answer"),
    ("roberta_tiny", "text_encoder", {}, "answer"),
]
ALL = [("bigram", None), ("roberta_tiny", None), *[(name, task) for name, task, _, _ in ANSWERS]]


def make(name="lstm_tiny", task=None, **changes):
    keras.utils.set_random_seed(1)
    size = {} if name == "bigram" else {"num_layers": 1}
    return zoo.create(name, tokenizer=WordTokenizer(WORDS), task=task, **{**size, **changes})


def compiled(kind):
    name, task, objective, x, y = KINDS[kind]
    model = make(name, task, dropout=0.0)
    model.compile(keras.optimizers.SGD(0.1), objective=objective())
    return model, x, y


def said(call):
    with pytest.raises(UserError) as error:
        call()
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("kind", KINDS)
def test_fit_takes_x_and_y(kind):
    """The same step as on a batch that says everything."""
    model, x, y = compiled(kind)
    twin, _, _ = compiled(kind)
    batch = {**(x if isinstance(x, dict) else {"token_ids": x}), model.objective.target: y}
    batch = {name: value.astype(np.int32) for name, value in batch.items()}
    weights = np.ones(y.shape, np.float32)
    whole = tf.data.Dataset.from_tensors({**batch, "weights": weights, "start": np.ones(len(y), bool)})
    expected = twin.fit(whole, verbose=0).history["loss"]
    np.testing.assert_allclose(model.fit(x, y, shuffle=False, verbose=0).history["loss"], expected, rtol=1e-6)
    for ours, its in zip(model.trainable_variables, twin.trainable_variables, strict=True):
        np.testing.assert_allclose(ours.numpy(), its.numpy(), atol=1e-6)
    found = model.evaluate(x, y, batch_size=3, verbose=0, return_dict=True)  # two batches, of unlike size
    assert found == pytest.approx(twin.evaluate(whole, verbose=0, return_dict=True), rel=1e-5)


@pytest.mark.parametrize("kind", ["causal", "labels"])
def test_sample_weights_are_the_weights_of_the_items(kind):
    model, x, y = compiled(kind)
    weights = np.zeros(y.shape)
    weights[1] = 1
    expected = model.evaluate(x[1:2], y[1:2], verbose=0)
    assert model.evaluate(x, y, sample_weight=weights, verbose=0) == pytest.approx(expected, rel=1e-5)


def test_what_a_batch_lacks_is_said():
    model, x, y = compiled("causal")
    assert "no 'targets'" in said(lambda: model.fit(x, verbose=0))
    assert "no 'token_ids'" in said(lambda: model.fit({"ids": x}, y, verbose=0))
    text = np.array([["the cat"]] * 4)
    assert "must be numbers, not text" in said(lambda: model.fit(tf.data.Dataset.from_tensors((text, y)), verbose=0))


@pytest.mark.filterwarnings("error")
def test_a_dataset_is_fitted_without_a_warning():
    model, x, y = compiled("causal")
    history = model.fit(tf.data.Dataset.from_tensors((x, y)), validation_data=(x, y), verbose=0).history
    assert history["val_loss"] == pytest.approx([model.evaluate(x, y, verbose=0)])


def test_compile_wants_an_objective():
    model = make()
    for loss in (None, "sparse_categorical_crossentropy", keras.losses.MeanSquaredError()):
        assert "NextToken()" in said(lambda: model.compile("adam", loss=loss))  # noqa: B023
    assert "metrics" in said(lambda: model.compile("adam", objective=trainers.NextToken(), metrics=["accuracy"]))
    model.compile("adam", trainers.NextToken())
    assert isinstance(model.objective, trainers.NextToken)


@pytest.mark.parametrize("name, task", ALL)
def test_token_ids_alone_are_a_call(name, task):
    model = make(name, task)
    ids = IDS.astype(np.int32)
    if len(model.input_signature()) > 1:
        assert "'source_ids': integers (B, T)" in said(lambda: model(ids))
        return
    expected = tf.nest.flatten(model({"token_ids": tf.constant(ids)}))
    for given in (tf.constant(ids), IDS, IDS.tolist()):
        for one, other in zip(tf.nest.flatten(model(given)), expected, strict=True):
            np.testing.assert_array_equal(one.numpy(), other.numpy())
    assert "not with text" in said(lambda: model(["the cat"]))
    assert "shape (6,)" in said(lambda: model(ids[0]))


@pytest.mark.parametrize("name, task, options, method", ANSWERS)
def test_predict_answers_texts(name, task, options, method):
    model = make(name, task)
    expected = getattr(model, method)(TEXTS, **options)
    for given in (TEXTS, np.array(TEXTS), np.array(TEXTS, object), tf.constant(TEXTS)):
        assert str(model.predict(given, verbose=0, **options)) == str(expected)
    assert model.predict([]) == []
    assert len(model.predict(TEXTS * 2, batch_size=3, **options)) == 4
    with pytest.raises(ValueError, match="must be a list of strings"):
        model.predict("the cat")


def test_predict_of_arrays_is_that_of_keras():
    found = make().predict(IDS, verbose=0)["logits"]
    np.testing.assert_allclose(found, make()(IDS)["logits"], rtol=1e-6)
    model = make("roberta_tiny", "text_classifier")
    assert len(model.predict(TEXTS, pairs=TEXTS)) == 2
    assert "reads no pairs" in said(lambda: make().predict(TEXTS, pairs=TEXTS))


@pytest.mark.parametrize("name, task", ALL)
def test_a_keras_file_keeps_the_tokenizer(name, task, tmp_path):
    model = make(name, task)
    model.predict(["the"], verbose=0) if name != "roberta_tiny" or task else None  # graphs are no part of a model
    model.save(tmp_path / "model.keras")
    for loaded in (keras.models.load_model(tmp_path / "model.keras"), zoo.load(tmp_path / "model.keras")):
        assert loaded.tokenizer.digest == model.tokenizer.digest
        assert loaded.options == model.options
        assert loaded.tokenizer(["the 猫 dog"]).to_list() == model.tokenizer(["the 猫 dog"]).to_list()
        for ours, its in zip(model.weights, loaded.weights, strict=True):
            np.testing.assert_array_equal(ours.numpy(), its.numpy())


def test_a_keras_file_of_somebody_else(tmp_path):
    path = tmp_path / "model.keras"
    make().save(path)
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(files["config.json"])

    def altered(**changes):
        described = {**config, "config": {**config["config"], **changes}}
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in {**files, "config.json": json.dumps(described).encode()}.items():
                archive.writestr(name, data)
        return said(lambda: zoo.load(path))

    lambda_layer = {"kind": "Lambda", "config": {"function": "os.system"}}
    assert "unknown tokenizer" in altered(tokenizer=lambda_layer)
    assert "cannot be read" in altered(tokenizer={"kind": "word", "config": {"vocabulary": "the"}})
    assert "cannot be read" in altered(tokenizer=5)
    keras.Sequential([keras.layers.Dense(1)]).save(path)
    assert "contains a Sequential of Keras" in said(lambda: zoo.load(path))
    path.write_bytes(b"PK")
    assert "cannot be read" in said(lambda: zoo.load(path))


@pytest.mark.parametrize("name, task", [*ALL, ("bert_nano", None), ("t5_tiny", None)])
def test_summary_knows_shapes(name, task):
    lines = []
    make(name, task).summary(print_fn=lambda line, **_: lines.append(line))
    assert "tokenizer" in "".join(lines)
    assert "?" not in "".join(lines) and "unbuilt" not in "".join(lines)


def test_create_says_how_to_make_a_tokenizer(tmp_path):
    assert "train_tokenizer('char', texts)" in said(lambda: zoo.create("lstm_tiny", tokenizer="char"))
    assert "load_tokenizer" in said(lambda: zoo.create("lstm_tiny", tokenizer=str(tmp_path)))
    assert "must be a Tokenizer" in said(lambda: zoo.create("lstm_tiny", tokenizer=["a", "b"]))


def test_generate_takes_the_options_of_sampling_alone():
    model = make()
    drawn = model.generate(["the"], decoder="sampling", top_k=3, seed=2, max_tokens=5)
    assert model.generate(["the"], top_k=3, seed=2, max_tokens=5) == drawn


def test_save_run_is_what_load_reads(tmp_path):
    model = make()
    model.save_run(tmp_path / "run")
    assert zoo.load(tmp_path / "run").score(TEXTS) == model.score(TEXTS)
