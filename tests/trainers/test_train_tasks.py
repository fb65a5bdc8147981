"""Runs of Transformers of every task as a whole, in this process."""

import json

import langzoo.zoo as zoo
import numpy as np
import pytest
from langzoo.layers.errors import UserError
from langzoo.trainers.callbacks import read_metrics
from langzoo.trainers.evaluation import evaluate
from langzoo.trainers.run_description import training_of
from langzoo.trainers.tasks import task_training
from langzoo.trainers.train import train
from langzoo.trainers.train_request import TrainRequest
from langzoo.zoo.model_directory import build
from langzoo.zoo.weights_file import read_tensors
from rich.console import Console
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

MODELS = ["gpt2_tiny", "distilbert_tiny", "transformer_tiny"]
BODY = {"model.num_layers": 1, "model.hidden_dim": 8, "model.max_sequence_length": 24}
SMALL = {
    "steps": 2,
    "data.batch_size": 4,
    "data.sequence_length": 12,
    "sample_tokens": 0,
    "histogram_every": 0,
    "jit_compile": False,  # What it changes is shown in test_task_distribution.py.
}
every_model = pytest.mark.parametrize("name", MODELS)


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """Lines with a pattern, and pairs with one, by the model that reads them."""
    folder = tmp_path_factory.mktemp("tasks")
    words = ["cat", "dog", "bird", "fish", "猫"]
    lines = [f"the {words[i % 5]} sees the {words[(i + 1) % 5]} {'again ' * (i % 3)}." for i in range(120)]
    (folder / "text.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    pairs = [f"{line}\t{' '.join(reversed(line.split()))}\n" for line in lines]
    (folder / "pairs.tsv").write_text("".join(pairs), encoding="utf-8")
    return {name: folder / ("pairs.tsv" if name == "transformer_tiny" else "text.txt") for name in MODELS}


@pytest.fixture
def run(files, tmp_path):
    """Trains a model in small."""

    def go(name, settings=None, *, start=None, body=BODY, directory="run", data=None, **changes):
        request = TrainRequest(
            model=str(start or name),
            data=[data or files[name]],
            run=tmp_path / directory,
            settings={**SMALL, **({} if start else body), **(settings or {})},
            **changes,
        )
        return train(request, console=Console(quiet=True))

    return go


def weights_of(result):
    return read_tensors(result.run / "weights.safetensors")[0]


@pytest.mark.parametrize(
    "name, kind", [("gpt2_tiny", "bpe"), ("distilbert_tiny", "wordpiece"), ("transformer_tiny", "unigram")]
)
def test_a_newcomer_names_a_model_and_a_text(name, kind, run):
    """The vocabulary is of the family's kind, no larger than the named model's, and the text's if that is smaller."""
    result = run(name)
    tokenizer, config = result.model.tokenizer, result.model.config
    assert tokenizer.kind == kind
    assert tokenizer.vocabulary_size == config.vocabulary_size < 1000
    again = zoo.load(result.run)
    assert again.task == result.model.task and again.tokenizer.vocabulary == tokenizer.vocabulary


def test_a_large_text_fills_the_named_models_vocabulary(run, tmp_path):
    random = np.random.default_rng(0)
    words = ["".join(random.choice(list("abcdefghijklmnopqrst"), random.integers(2, 9))) for _ in range(2000)]
    (tmp_path / "large.txt").write_text("".join(f"{' '.join(random.choice(words, 8))}\n" for _ in range(600)))
    assert run("gpt2_tiny", data=tmp_path / "large.txt").model.config.vocabulary_size == 1000
    few = run("gpt2_tiny", data=tmp_path / "large.txt", vocabulary_size=300, directory="few")
    assert few.model.config.vocabulary_size == 300


@pytest.mark.parametrize(
    "name, settings, message",
    [
        ("gpt2_tiny", {"data.sequence_length": 25}, "data.sequence_length 25 is more than the model's 24 positions"),
        ("distilbert_tiny", {"data.sequence_length": 25}, "25 is more than the model's 24 positions"),
        ("transformer_tiny", {"data.sequence_length": 25}, "25 is more than the model's 24 positions"),
        ("gpt2_tiny", {"data.arrangement": "stream"}, "stream is for models that read on without end; gpt2 models"),
        ("distilbert_tiny", {"data.arrangement": "lines"}, "arrangement must be blocks for masked models, not lines"),
        ("transformer_tiny", {"data.arrangement": "blocks"}, "arrangement must be lines for pairs, not blocks"),
        ("distilbert_tiny", {"loss_per": "sequence"}, "loss_per must be token for masked models, not sequence"),
        ("transformer_tiny", {"loss_per": "sequence"}, "loss_per must be token for pairs, not sequence"),
        ("distilbert_tiny", {"data.sequence_length": 2}, "data.sequence_length must be at least 3, not 2"),
        ("distilbert_tiny", {"objective.mask_rate": 0.0}, "--set objective.mask_rate: must be greater than 0"),
        ("distilbert_tiny", {"objective.random_share": 0.3}, "must not sum to more than 1"),
        ("transformer_tiny", {"objective.label_smoothing": 1.0}, "label_smoothing: must be less than 1"),
    ],
)
def test_settings_that_do_not_fit_a_task(name, settings, message, run, tmp_path):
    with pytest.raises(UserError, match=message) as error:
        run(name, settings)
    assert "\n" not in str(error.value)
    assert not (tmp_path / "run" / "config.json").exists()


def test_texts_that_do_not_fit_a_task(run, files, tmp_path):
    (tmp_path / "short.txt").write_text("two words\n")
    for name, arguments, message in (
        ("gpt2_tiny", {"data": tmp_path / "short.txt"}, "fewer than one block of 12: give more text, or a smaller"),
        ("transformer_tiny", {"data": files["gpt2_tiny"]}, "line 1 is no pair"),
        ("distilbert_tiny", {"tokenizer": "bpe"}, "a bpe tokenizer has no mask token.*use --tokenizer wordpiece"),
        ("gpt2_tiny", {"task": "masked_lm"}, "masked_lm"),
        ("distilbert_tiny", {"task": "text_encoder"}, "models of the task text_encoder are not trained here"),
    ):
        with pytest.raises(UserError, match=message) as error:
            run(name, **arguments, directory=f"{name}{len(message)}")
        assert "\n" not in str(error.value)


def test_a_masked_model_learns_from_a_text_shorter_than_a_block(run, tmp_path):
    (tmp_path / "short.txt").write_text("two words\n")
    assert np.isfinite(run("distilbert_tiny", data=tmp_path / "short.txt").final_loss)


@every_model
def test_bfloat16_learns(name, run):
    settings = {"precision": "mixed_bfloat16", "steps": 30, "validate_every": 10, "optimizer.learning_rate": 0.03}
    schedule = {"optimizer.schedule": "constant", "optimizer.warmup_steps": 0}
    result = run(name, {**settings, **schedule})
    losses = [record["loss"] for record in read_metrics(result.run)]
    assert losses[-1] < losses[0] - 0.3
    assert all(tensor.dtype == np.float32 for tensor in weights_of(result).values())


@every_model
def test_a_resumed_run_ends_with_the_bits_of_one_that_was_not(name, run, files):
    """With dropout, shuffling and masks that are drawn anew; the stop lies within an interval and an epoch."""
    settings = {"optimizer.schedule": "constant", "model.dropout": 0.3, "checkpoint_every": 4, "validate_every": 10}
    shared = {"valid": [files[name]]}
    whole = run(name, {**settings, "steps": 20}, **shared, directory="whole")
    run(name, {**settings, "steps": 7}, **shared, directory="parts")
    parts = run(name, {**settings, "steps": 20}, **shared, directory="parts", resume=True)
    for file in ("weights.safetensors", "checkpoint.safetensors"):
        one, other = (read_tensors(result.run / file)[0] for result in (whole, parts))
        assert one.keys() == other.keys()
        assert not [key for key in one if not np.array_equal(one[key], other[key])]
    model = zoo.load(whole.run)
    corpus = task_training(model.task).read([files[name]], model.tokenizer, cache=whole.run / "cache")
    found = evaluate(model, corpus, training=training_of(whole.run, model))
    assert found.loss == pytest.approx(whole.best_loss, abs=1e-5)


def test_a_run_goes_on_with_the_objective_it_began_with(run):
    run("distilbert_tiny")
    with pytest.raises(UserError, match=r"begun with objective.mask_rate 0.15, not 0.2; keep the first"):
        run("distilbert_tiny", {"objective.mask_rate": 0.2, "steps": 4}, resume=True)
    with pytest.raises(UserError, match=r"begun with jit_compile False, not True; keep the first"):
        run("distilbert_tiny", {"jit_compile": True, "steps": 4}, resume=True)
    assert run("distilbert_tiny", {"steps": 4}, resume=True).steps == 4


def test_a_run_of_another_task_is_another_run(run, tmp_path):
    directory = run("distilbert_tiny").run
    described = json.loads((directory / "config.json").read_text())
    (directory / "config.json").write_text(json.dumps({**described, "task": "text_encoder"}))
    with pytest.raises(UserError, match="begun with task 'text_encoder', not 'masked_lm'"):
        run("distilbert_tiny", {"steps": 4}, resume=True)


def test_settings_that_an_older_run_did_not_have_are_their_defaults(run):
    directory = run("gpt2_tiny").run
    described = json.loads((directory / "training.json").read_text())
    del described["training"]["objective"], described["training"]["jit_compile"]
    (directory / "training.json").write_text(json.dumps(described))
    assert run("gpt2_tiny", {"steps": 4}, resume=True).steps == 4
    with pytest.raises(UserError, match="objective"):
        run("gpt2_tiny", {"steps": 6, "objective.mask_rate": 0.2}, resume=True)


@every_model
@pytest.mark.parametrize("padded", [False, True])
def test_a_run_can_start_from_another(name, padded, run, files, tmp_path):
    """With its task, options and a matrix that may be padded beyond the tokenizer; a rate of nearly 0 keeps it."""
    first = run(name).model
    tokens = first.tokenizer.vocabulary_size
    config = first.config.variant(vocabulary_size=-(-tokens // 128) * 128 if padded else tokens)
    options = {"start_id": 0} if first.task == "seq2seq_lm" else {}
    zoo.save(
        build(config, name=name, task=first.task, tokenizer=first.tokenizer, options=options), tmp_path / "start"
    )
    still = {"optimizer.name": "sgd", "optimizer.learning_rate": 1e-30, "optimizer.weight_decay": 0.0}
    result = run(name, still, start=tmp_path / "start", directory="second", valid=[files[name]])
    assert (result.model.config, result.model.options, result.model.task) == (config, options, first.task)
    before = read_tensors(tmp_path / "start" / "weights.safetensors")[0]
    after = weights_of(result)
    assert before.keys() == after.keys()
    assert all(np.array_equal(before[key], after[key]) for key in before)
    described = json.loads((result.run / "config.json").read_text())
    assert described["options"] == options and described["config"]["vocabulary_size"] == config.vocabulary_size
    again = run(
        name, {**still, "steps": 3}, start=tmp_path / "start", directory="second", resume=True, valid=[files[name]]
    )
    assert again.steps == 3


@pytest.mark.parametrize(
    "name, prompt, shown",
    [
        ("gpt2_tiny", "the cat", "    the cat"),
        ("distilbert_tiny", "the [MASK] sees", "    the [MASK] sees\n    "),
        ("transformer_tiny", "the cat", "    the cat -> "),
        ("distilbert_tiny", "the cat", None),
        ("transformer_tiny", "", None),
    ],
)
def test_tensorboard_shows_every_task(name, prompt, shown, run, files):
    settings = {"histogram_every": 1, "sample_tokens": 5, "sample_prompt": prompt, "attention_prompt": ""}
    result = run(name, settings, valid=[files[name]])
    events = EventAccumulator(str(result.run / "logs" / "train"), {"tensors": 0})
    events.Reload()
    tags = events.Tags()
    assert tags["graph"] or tags["meta_graph"]
    assert {weight.path for weight in result.model.weights} <= set(tags["tensors"])
    samples = [tag for tag in tags["tensors"] if tag.startswith("sample")]
    assert bool(samples) == (shown is not None)
    if shown is not None:
        assert events.Tensors(samples[0])[0].tensor_proto.string_val[0].decode().startswith(shown)
    assert (result.run / "logs" / "train" / "token_embedding.tsv").is_file()
