"""Runs of Transformers of every task as a whole, in this process."""

import itertools
import json
import shutil

import langzoo.zoo as zoo
import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.evaluation import evaluate
from langzoo.trainers.run_description import training_of
from langzoo.trainers.run_metrics import read_metrics
from langzoo.trainers.tasks import training_class
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
    "jit_compile": False,  # That it changes nothing is shown in test_task_distribution.py.
}
PROMPTS = {"gpt2_tiny": "the cat", "distilbert_tiny": "the [MASK] sees", "transformer_tiny": "the cat"}


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


def go(name, files, directory, settings=None, *, start=None, data=None, **changes):
    """Trains a model, or one from a run, in small."""
    request = TrainRequest(
        model=str(start or name),
        data=[data or files[name]],
        run=directory,
        settings={**SMALL, **({} if start else BODY), **(settings or {})},
        **changes,
    )
    return train(request, console=Console(quiet=True))


@pytest.fixture(scope="module")
def finished(files, tmp_path_factory):
    """The finished run of each model, with everything that TensorBoard can show."""
    done = {}

    def of(name):
        if name not in done:
            settings = {"histogram_every": 1, "sample_tokens": 3, "sample_prompt": PROMPTS[name]}
            directory = tmp_path_factory.mktemp("finished") / name
            done[name] = go(name, files, directory, settings, valid=[files[name]])
        return done[name]

    return of


@pytest.fixture
def run(files, tmp_path):
    """Trains in a folder of the test."""
    return lambda name, *args, directory="run", **kwargs: go(name, files, tmp_path / directory, *args, **kwargs)


def weights_of(directory, file="weights.safetensors"):
    return read_tensors(directory / file)[0]


def assert_same_bits(one, other, file):
    one, other = weights_of(one, file), weights_of(other, file)
    assert one.keys() == other.keys()
    assert not [key for key in one if not np.array_equal(one[key], other[key])]


@pytest.mark.parametrize(
    "name, kind",
    [
        pytest.param("gpt2_tiny", "bpe", marks=pytest.mark.ci),
        ("distilbert_tiny", "wordpiece"),
        pytest.param("transformer_tiny", "sentencepiece", marks=pytest.mark.slow),
    ],
)
def test_a_newcomer_names_a_model_and_a_text(name, kind, finished, files):
    """The vocabulary is of the family's kind, and no larger than the text's and the named model's."""
    result = finished(name)
    tokenizer, config = result.model.tokenizer, result.model.config
    assert tokenizer.kind == kind
    assert tokenizer.vocabulary_size == config.vocabulary_size < 1000
    again = zoo.load(result.run)
    assert (again.task, again.config) == (result.model.task, config)
    assert again.tokenizer.assets == tokenizer.assets
    training = training_of(result.run, again)
    corpus = training_class(again.task)(training, config=again.config, tokenizer=tokenizer).read(
        [files[name]], cache=result.run / "cache"
    )
    assert evaluate(again, corpus, training=training).loss == pytest.approx(result.best_loss, abs=1e-5)


@pytest.mark.ci
def test_the_card_shows_how_to_use_a_model_of_its_task(finished):
    for name, call in (("gpt2_tiny", 'generate(["the"]'), ("distilbert_tiny", 'fill(["the cat [MASK] down"])')):
        assert call in (finished(name).run / "model_card.md").read_text(encoding="utf-8")


@pytest.mark.ci
@pytest.mark.parametrize(
    "name, shown",
    [
        ("gpt2_tiny", "prompt\n\n    the cat\n\ncontinuation\n\n    "),
        ("distilbert_tiny", "    the [MASK] sees\n    "),
        ("transformer_tiny", "    the cat -> "),
    ],
)
def test_tensorboard_shows_every_task(name, shown, finished):
    result = finished(name)
    events = EventAccumulator(str(result.run / "logs" / "train"), {"tensors": 0})
    events.Reload()
    tags = events.Tags()
    assert tags["graph"] or tags["meta_graph"]
    assert {f"weights/{weight.path}" for weight in result.model.weights} <= set(tags["tensors"])
    sample = next(tag for tag in tags["tensors"] if tag.startswith("sample"))
    assert events.Tensors(sample)[0].tensor_proto.string_val[0].decode().startswith(shown)
    assert (result.run / "logs" / "train" / "token_embedding.tsv").is_file()


def test_a_prompt_without_a_mask_or_a_source_shows_nothing(finished):
    for name, prompt in (("distilbert_tiny", "the cat"), ("transformer_tiny", "")):
        assert finished(name).model.sample_text(prompt, max_tokens=3, seed=0) is None


@pytest.mark.slow
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
        ("transformer_tiny", {"data": files["gpt2_tiny"]}, "line 1 is not a pair"),
        ("distilbert_tiny", {"tokenizer": "bpe"}, "a bpe tokenizer has no mask token.*use --tokenizer wordpiece"),
        ("gpt2_tiny", {"task": "masked_lm"}, "masked_lm"),
        (
            "distilbert_tiny",
            {"task": "replaced_token_detector"},
            "of the task replaced_token_detector cannot be trained here",
        ),
    ):
        with pytest.raises(UserError, match=message) as error:
            run(name, **arguments, directory=f"{name}{len(message)}")
        assert "\n" not in str(error.value)


def test_a_masked_model_learns_from_a_text_shorter_than_a_block(run, tmp_path):
    (tmp_path / "short.txt").write_text("two words\n")
    assert np.isfinite(run("distilbert_tiny", data=tmp_path / "short.txt").final_loss)


@pytest.mark.parametrize("name", ["gpt2_tiny", *(pytest.param(name, marks=pytest.mark.slow) for name in MODELS[1:])])
def test_bfloat16_learns(name, run):
    settings = {
        "precision": "mixed_bfloat16",
        "steps": 30,
        "validate_every": 10,
        "optimizer.learning_rate": 0.03,
        "optimizer.schedule": "constant",
        "optimizer.warmup_steps": 0,
    }
    result = run(name, settings)
    losses = [record["loss"] for record in read_metrics(result.run)]
    assert losses[-1] < losses[0] - 0.3
    assert result.model.backbone.compute_dtype == "bfloat16"
    assert all(tensor.dtype == np.float32 for tensor in weights_of(result.run).values())


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("distilbert_tiny", marks=pytest.mark.ci),
        *(pytest.param(name, marks=pytest.mark.slow) for name in MODELS[::2]),
    ],
)
def test_a_resumed_run_ends_with_the_bits_of_one_that_was_not(name, run):
    """With dropout, shuffling and masks that are drawn anew; the stop lies within an interval and an epoch."""
    settings = {"optimizer.schedule": "constant", "model.dropout": 0.3, "checkpoint_every": 4, "validate_every": 10}
    whole = run(name, {**settings, "steps": 20}, directory="whole").run
    run(name, {**settings, "steps": 7}, directory="parts")
    parts = run(name, {**settings, "steps": 20}, directory="parts", resume=True).run
    for file in ("weights.safetensors", "checkpoint.safetensors"):
        assert_same_bits(whole, parts, file)


@pytest.mark.parametrize(
    "name, kind, other",
    [("gpt2_tiny", "bpe", "byte"), ("distilbert_tiny", "wordpiece", "word"), ("transformer_tiny", "unigram", "bpe")],
)
def test_a_run_goes_on_with_the_tokenizer_that_it_was_told_to_train(name, kind, other, finished, run, files, tmp_path):
    shutil.copytree(finished(name).run, tmp_path / "run")
    shared = {"resume": True, "valid": [files[name]]}
    with pytest.raises(UserError, match="started with seed 0, not 1"):  # The tokenizer is the first thing looked at.
        run(name, {"seed": 1}, tokenizer=kind, **shared)
    with pytest.raises(UserError, match=f"tokenizer of its own, not {other}"):
        run(name, {"seed": 1}, tokenizer=other, **shared)


def altered(directory, file, change):
    described = json.loads((directory / file).read_text())
    change(described)
    (directory / file).write_text(json.dumps(described))


def test_a_run_goes_on_with_the_task_and_the_objective_it_began_with(finished, run, files, tmp_path):
    name = "distilbert_tiny"
    shutil.copytree(finished(name).run, tmp_path / "run")
    shown = {"histogram_every": 1, "sample_tokens": 3, "sample_prompt": PROMPTS[name], "steps": 4}
    shared = {"resume": True, "valid": [files[name]]}
    for setting, message in (
        ({"objective.mask_rate": 0.2}, r"started with objective.mask_rate 0.15, not 0.2; keep that value"),
        ({"jit_compile": True}, r"started with jit_compile False, not True; keep that value"),
        ({"model.num_heads": 1}, r"started with model.num_heads 2, not 1; keep that value"),
    ):
        with pytest.raises(UserError, match=message):
            run(name, {**shown, **setting}, **shared)
    altered(tmp_path / "run", "config.json", lambda described: described.update(task="text_encoder"))
    with pytest.raises(UserError, match="started with task 'text_encoder', not 'masked_lm'"):
        run(name, shown, **shared)
    altered(tmp_path / "run", "config.json", lambda described: described.update(task="masked_lm"))

    def without(described):
        del described["training"]["objective"], described["training"]["jit_compile"]

    # A version that had no such settings did what their defaults do.
    altered(tmp_path / "run", "training.json", without)
    with pytest.raises(UserError, match="objective"):
        run(name, {**shown, "objective.mask_rate": 0.2}, **shared)
    # Batches are the same whoever makes them, so that a smaller machine can go on with fewer processes.
    assert run(name, {**shown, "data.num_parallel_calls": 1}, **shared).steps == 4


@pytest.mark.parametrize(
    "name, padded",
    [
        pytest.param(*case, marks=[] if case == ("transformer_tiny", True) else pytest.mark.slow)
        for case in itertools.product(MODELS, (False, True))
    ],
)
def test_a_run_can_start_from_another(name, padded, finished, run, tmp_path):
    """With its task, options and a matrix that may be padded beyond the tokenizer; a rate of nearly 0 keeps it."""
    first = finished(name).model
    tokens = first.tokenizer.vocabulary_size
    config = first.config.variant(vocabulary_size=-(-tokens // 128) * 128 if padded else tokens)
    options = {"start_id": 0} if first.task == "seq2seq_lm" else {}
    start = build(config, name=name, task=first.task, tokenizer=first.tokenizer, options=options)
    zoo.save(start, tmp_path / "start")
    still = {"optimizer.name": "sgd", "optimizer.learning_rate": 1e-30, "optimizer.weight_decay": 0.0}
    result = run(name, still, start=tmp_path / "start", directory="second")
    assert (result.model.config, result.model.options, result.model.task) == (config, options, first.task)
    before, after = weights_of(tmp_path / "start"), weights_of(result.run)
    assert before.keys() == after.keys()
    for key in before:
        np.testing.assert_allclose(after[key], before[key], rtol=0, atol=1e-20, err_msg=key)
    described = json.loads((result.run / "config.json").read_text())
    assert described["options"] == options and described["config"]["vocabulary_size"] == config.vocabulary_size
    again = run(name, {**still, "steps": 3}, start=tmp_path / "start", directory="second", resume=True)
    assert again.steps == 3
