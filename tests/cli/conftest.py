import functools
import shutil

import keras
import langzoo.zoo as zoo
import pytest
from langzoo.cli.main import app
from langzoo.layers import ByteTokenizer, WordTokenizer
from langzoo.layers.text import WordPieceTokenizer
from langzoo.zoo.export import export_litert, export_saved_model
from typer.testing import CliRunner

from tests.checks.export import rough_exports
from tests.cli.train_lines import line

WORDS = ["<unk>", "<eos>", "the", "cat", "sat", "on", "mat", ",", "猫"]
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "sat", "on", "mat", ",", "猫", "狗"]


@pytest.fixture(scope="session")
def langzoo_run():
    """Runs a command line in this process; the result has exit_code, stdout, stderr and exception."""

    def run(*args, **kwargs):
        return CliRunner().invoke(app, [str(arg) for arg in args], **kwargs)

    return run


@pytest.fixture(scope="session")
def refused(langzoo_run):
    """Runs a command line that must be refused with code 2, one line and nothing on standard output; gives the line."""

    def run(*args, **kwargs):
        result = langzoo_run(*args, **kwargs)
        assert (result.exit_code, result.stdout) == (2, ""), result.output
        assert result.stderr.startswith("langzoo: ")
        assert result.stderr.count("\n") == 1
        return result.stderr.strip()

    return run


@pytest.fixture(scope="session")
def byte_run(tmp_path_factory):
    keras.utils.set_random_seed(1)
    return saved(zoo.create("lstm_tiny", tokenizer=ByteTokenizer(), initializer_range=0.5), tmp_path_factory)


@pytest.fixture(scope="session")
def word_run(tmp_path_factory):
    keras.utils.set_random_seed(1)
    tokenizer = WordTokenizer(WORDS, split="punctuation")
    return saved(zoo.create("lstm_tiny", tokenizer=tokenizer, initializer_range=0.5), tmp_path_factory)


@pytest.fixture(scope="session")
def gpt2_run(tmp_path_factory):
    keras.utils.set_random_seed(1)
    return saved(zoo.create("gpt2_tiny", tokenizer=ByteTokenizer(), initializer_range=0.5), tmp_path_factory)


@pytest.fixture(scope="session")
def seq2seq_run(tmp_path_factory):
    keras.utils.set_random_seed(1)
    return saved(
        zoo.create("transformer_tiny", tokenizer=WordTokenizer(WORDS, split="punctuation"), num_layers=1),
        tmp_path_factory,
    )


@pytest.fixture(scope="session")
def encoder_runs(tmp_path_factory):
    """A run of each task over encoders, by the task's name."""
    runs = {}
    for task in ("masked_lm", "text_encoder", "text_classifier", "replaced_token_detector"):
        keras.utils.set_random_seed(1)
        options = {"labels": ["bad", "good", "好"]} if task == "text_classifier" else None
        model = zoo.create(
            "electra_tiny",
            task=task,
            tokenizer=WordPieceTokenizer(PIECES),
            options=options,
            num_layers=1 if task in ("masked_lm", "replaced_token_detector") else 2,
            initializer_range=0.5,
        )
        runs[task] = saved(model, tmp_path_factory)
    return runs


@pytest.fixture(scope="session")
def exported(tmp_path_factory):
    """Exports the model of a run, once: a function of the run and "saved_model" or "litert" that gives the path."""

    @functools.cache
    def export(run, kind, context=None):
        model, folder = zoo.load(run), tmp_path_factory.mktemp("exports") / run.name
        if kind == "saved_model":
            with rough_exports():
                return export_saved_model(model, folder / "1").path
        seq2seq = {"source_lengths": [8], "target_length": 12}
        lengths = {"causal_lm": {"prefill_lengths": [8]}, "seq2seq_lm": seq2seq}.get(model.task, {"lengths": [8, 32]})
        lengths = lengths if context is None else {**lengths, "context": context}
        with rough_exports():
            return export_litert(model, folder, **lengths).path

    return export


@pytest.fixture(scope="session")
def loaded_models():
    return functools.cache(zoo.load)


@pytest.fixture
def keep_loaded(loaded_models, monkeypatch):
    """Loads each run once and keeps its graphs, which cost more than what they compute."""
    monkeypatch.setattr(zoo, "load", lambda directory, *, task=None: loaded_models(str(directory), task=task))


@pytest.fixture
def text_file(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("the cat sat on the mat\n猫 sat\n", encoding="utf-8")
    return path


def saved(model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    zoo.save(model, folder)
    return folder


@pytest.fixture(scope="session")
def text(tmp_path_factory):
    path = tmp_path_factory.mktemp("text") / "text.txt"
    path.write_text("".join(f"{'ab' * (i % 7)} line {i % 10} 猫\n" for i in range(100)), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def finished(langzoo_run, text, tmp_path_factory):
    """A run of six steps with validation; copy it before changing it."""
    run = tmp_path_factory.mktemp("runs") / "run"
    result = langzoo_run(*line(run, "--tokenizer", "char", "--valid", text, "--json", text=text))
    assert result.exit_code == 0, result.output
    return run, result


@pytest.fixture
def copied(finished, tmp_path):
    return shutil.copytree(finished[0], tmp_path / "copied")
