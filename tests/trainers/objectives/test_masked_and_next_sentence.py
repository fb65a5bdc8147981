import json

import keras
import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers import WordPieceTokenizer
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.data import TokenCorpus
from langzoo.trainers.evaluation import evaluate
from langzoo.trainers.run_description import training_of
from langzoo.trainers.run_metrics import metrics_of_weights, read_metrics
from langzoo.trainers.tasks import training_class
from langzoo.trainers.train import train
from langzoo.trainers.train_request import TrainRequest
from langzoo.trainers.training_config import TrainingConfig
from rich.console import Console

NAME = "masked_and_next_sentence"
SMALL = {"model.num_layers": 1, "model.hidden_dim": 16, "model.intermediate_dim": 32, "model.max_sequence_length": 24}
SETTINGS = {
    **SMALL,
    "objective.name": NAME,
    "data.documents": "blank_lines",
    "data.batch_size": 8,
    "data.sequence_length": 14,
    "steps": 120,
    "model.dropout": 0.0,
    "model.attention_dropout": 0.0,
    "model.initializer_range": 0.2,
    "sample_tokens": 0,
    "histogram_every": 0,
    "jit_compile": False,
    "optimizer.learning_rate": 1e-2,
    "optimizer.warmup_steps": 10,
}


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    """Documents of one letter each: the neighbours tell what is masked, and whether two segments are of one."""
    path = tmp_path_factory.mktemp("text") / "text.txt"
    path.write_text("\n\n".join(f"{letter} " * 44 for letter in "abcd" * 10))
    return path


@pytest.fixture(scope="module")
def finished(text, tmp_path_factory):
    settings = {**SETTINGS, "monitor": "next_sentence_accuracy", "validate_every": 20}
    run = tmp_path_factory.mktemp("finished") / "run"
    request = TrainRequest(model="bert_nano", data=[text], valid=[text], run=run, settings=settings)
    return train(request, console=Console(quiet=True))


def test_both_terms_fall(finished):
    records = read_metrics(finished.run)
    first, last = records[0], records[-1]
    for name in ("masked_token", "val_masked_token", "next_sentence"):
        assert last[name] < first[name] - 0.05, name
    assert last["loss"] == pytest.approx(last["masked_token"] + last["next_sentence"], abs=1e-6)
    assert last["val_perplexity"] == pytest.approx(np.exp(last["val_masked_token"]), rel=1e-6)


def test_the_weights_are_those_of_the_best_monitored_figure(finished, text, tmp_path):
    records, training = read_metrics(finished.run), training_of(finished.run, finished.model)
    assert (training.monitor, training.monitor_direction) == ("next_sentence_accuracy", "max")
    best = max(record["val_next_sentence_accuracy"] for record in records)
    kept = metrics_of_weights(finished.run)
    assert kept and kept["val_next_sentence_accuracy"] == best > 0.5
    assert finished.best_loss == kept["val_loss"]
    corpus = TokenCorpus.from_files([text], finished.model.tokenizer, cache=tmp_path, separation="blank_lines")
    found = evaluate(zoo.load(finished.run), corpus, training=training)
    assert found.metrics["next_sentence_accuracy"] == pytest.approx(best, abs=1e-6)
    assert found.loss == pytest.approx(kept["val_masked_token"], abs=1e-5)


def test_the_run_says_what_it_was_trained_for(finished):
    described = json.loads((finished.run / "training.json").read_text())["training"]["objective"]
    assert described == {
        "name": NAME,
        "mask_rate": 0.15,
        "mask_share": 0.8,
        "random_share": 0.1,
        "unit": "token",
        "max_ngram": 3,
        "names": "",
        "segmenter": "characters",
        "next_sentence_share": 1.0,
    }


@pytest.mark.parametrize("pair", ["next_sentence", "sentence_order"])
def test_the_terms_are_what_numpy_says(pair, text, tmp_path):
    keras.utils.set_random_seed(2)
    tokenizer = WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnop"])
    fields = {key.removeprefix("model."): value for key, value in SMALL.items()}
    model = zoo.create("bert_nano", tokenizer=tokenizer, initializer_range=0.3, **fields)
    corpus = TokenCorpus.from_files([text], tokenizer, cache=tmp_path, separation="blank_lines")
    training = TrainingConfig().with_settings({"objective.name": f"masked_and_{pair}", "data.sequence_length": 14})
    learning = training_class("masked_lm")(training, config=model.config, tokenizer=tokenizer)
    source = learning.evaluation_source(corpus, batch_size=9)
    objective = learning.objective(source=None, evaluation=source)
    batch = source.rows(source.steps_per_epoch - 1, 0, 9)  # with rows of padding
    assert 0 < batch["pair_weights"].sum() < 9
    terms, _ = objective.terms(model, batch, {}, training=False)

    read = ("token_ids", "padding_mask", "segment_ids", "masked_positions")
    outputs = {name: value.numpy().astype(np.float64) for name, value in model({n: batch[n] for n in read}).items()}

    def losses(logits, targets):
        shifted = logits - logits.max(-1, keepdims=True)
        return np.log(np.exp(shifted).sum(-1)) - np.take_along_axis(shifted, targets[..., None], -1)[..., 0]

    logits = outputs["next_sentence_logits"]
    expected = {
        "masked_token": (losses(outputs["logits"], batch["targets"]) * batch["weights"]).sum(),
        pair: (losses(logits, batch["pair_labels"]) * batch["pair_weights"]).sum(),
        f"{pair}_accuracy": ((logits.argmax(-1) == batch["pair_labels"]) * batch["pair_weights"]).sum(),
    }
    for name, value in expected.items():
        np.testing.assert_allclose(terms[name].total(), value, rtol=1e-4, err_msg=name)


@pytest.mark.parametrize(
    "model, settings, message",
    [
        ("bert_nano", {"monitor": "nsp_accuracy"}, "does not report it; use loss, masked_token, next_sentence, "),
        ("bert_nano", {"objective.label_smoothing": 0.1}, "no such setting, only objective.name, objective.mask_rate"),
        ("bert_nano", {"objective.name": "masked_and_next"}, "Did you mean masked_and_next_sentence"),
        ("bert_nano", {"objective.name": "next_token"}, "unknown objective of the task masked_lm: 'next_token'"),
        ("bert_nano", {"model.next_sentence": False}, "has no next-sentence head; use a BERT"),
        ("bert_nano", {"data.documents": "files"}, "the text has only one: give several files, or set data.documents"),
        ("bert_nano", {"objective.mask_rate": 1.0}, "objective.mask_rate: must be less than 1, not 1.0"),
        ("bert_nano", {"objective.unit": "name"}, "objective.names, a file with one name per line, goes with"),
        ("bert_nano", {"objective.unit": "word", "objective.names": "a.txt"}, "goes with objective.unit name"),
        ("bert_nano", {"data.arrangement": "lines"}, "data.arrangement must be blocks for masked models, not lines"),
        ("bert_nano", {"data.sequence_length": 4}, "data.sequence_length must be at least 5, not 4"),
    ],
)
def test_what_a_user_gets_wrong(model, settings, message, text, tmp_path):
    request = TrainRequest(model=model, data=[text], run=tmp_path / "run", settings={**SETTINGS, **settings})
    with pytest.raises(UserError) as error:
        train(request, console=Console(quiet=True))
    assert message in str(error.value) and "\n" not in str(error.value)
    assert not (tmp_path / "run" / "config.json").exists()
