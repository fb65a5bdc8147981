"""Everything that is read from disk, made small: a place is a folder and the command lines that read it."""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from langzoo import zoo
from langzoo.cli.main import app
from langzoo.layers.text import WordPieceTokenizer, WordTokenizer
from langzoo.trainers.vocabularies import train_tokenizer
from langzoo.zoo.export import export_hugging_face, export_litert, export_saved_model
from typer.testing import CliRunner

from tests.checks.export import rough_exports
from tests.checks.foreign_folder import write_foreign_folder
from tests.zoo.foreign.foreign_files import llama2c_file, write_google_checkpoint

LINES = [f"the cat {i % 7} sat on the mat , {'ab' * (i % 5)} 猫 .\n" for i in range(80)]
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "sat", "on", "mat", ",", "猫", "狗"]
SETTINGS = ["data.batch_size=4", "data.sequence_length=8", "sample_tokens=0", "histogram_every=0", "validate_every=3"]


@dataclass
class Place:
    """A folder as it was written, and command lines that read a copy of it.

    Attributes:
        name: of the place.
        folder: it.
        commands: argument lists, in which `{folder}` is the copy and `{new}` a place to write to.
        files: those to change, by relative path.
    """

    name: str
    folder: Path
    commands: list[list[str]]
    files: list[str]

    def lines(self, copy, new):
        """The command lines for a copy."""
        return [[part.format(folder=copy, new=new) for part in command] for command in self.commands]


def _files(folder):
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "tfevents" not in path.name and not path.name.startswith("projector")
    )


def _place(name, folder, *commands, files=None):
    return Place(name, folder, [list(command) for command in commands], files or _files(folder))


def run(base):
    """A run of `langzoo train`: it is scored, described and gone on with."""
    folder, text = base / "run", base / "text.txt"
    text.write_text("".join(LINES), encoding="utf-8")
    train = ["train", "lstm_tiny", "--data", str(text), "--valid", str(text), "--tokenizer", "char"]
    train += [part for setting in SETTINGS for part in ("--set", setting)]
    result = CliRunner().invoke(app, [*train, "--run", str(folder), "--steps", "6"])
    assert result.exit_code == 0, result.output
    return _place(
        "run",
        folder,
        ["score", "{folder}", "--text", "the cat"],
        ["describe", "{folder}"],
        [*train, "--run", "{folder}", "--steps", "7", "--resume"],
    )


def _saved(base, name, model):
    zoo.save(model, base / name)
    return base / name


def models(base):
    """Run directories with tokenizers of the other kinds, and another task."""
    bpe = train_tokenizer("bpe", LINES, size=300)
    unigram = train_tokenizer("unigram", LINES, size=60)
    options = {"labels": ["bad", "good"]}
    classifier = zoo.create(
        "electra_tiny", task="text_classifier", tokenizer=WordPieceTokenizer(PIECES), options=options, num_layers=1
    )
    made = {
        "bpe model": (zoo.create("gpt2_tiny", tokenizer=bpe, num_layers=1), "score"),
        "unigram model": (zoo.create("llama_tiny", tokenizer=unigram, num_layers=1), "score"),
        "classifier": (classifier, "predict"),
    }
    return [
        _place(name, _saved(base, name, model), [command, "{folder}", "--text", "the cat"])
        for name, (model, command) in made.items()
    ]


def hugging_face(base):
    """Folders as transformers has them."""
    bpe = train_tokenizer("bpe", LINES, size=300)
    unigram = train_tokenizer("unigram", LINES, size=60)
    encoder = WordPieceTokenizer(PIECES)
    made = {
        "gpt2 folder": zoo.create("gpt2_tiny", tokenizer=bpe, num_layers=1),
        "llama folder": zoo.create("llama_tiny", tokenizer=unigram, num_layers=1),
        "bert folder": zoo.create("bert_nano", tokenizer=encoder, vocabulary_size=len(PIECES), num_layers=1),
        "sentence folder": zoo.create("bert_nano", task="text_encoder", tokenizer=encoder, num_layers=1),
    }
    places = []
    recommended = {"eos_token_id": [1, 2], "temperature": 0.5, "top_p": 0.9, "do_sample": True}
    prompts = {"prompts": {"query": "the ", "document": ""}, "default_prompt_name": "query"}
    for name, model in made.items():
        export_hugging_face(model, base / name)
        if model.task == "causal_lm":
            (base / name / "generation_config.json").write_text(json.dumps(recommended))
            (base / name / "chat_template.jinja").write_text("{{ messages }}")
        if model.task == "text_encoder":
            (base / name / "config_sentence_transformers.json").write_text(json.dumps(prompts))
        places.append(_place(name, base / name, ["import", "{folder}", "--run", "{new}"]))
    return places


def checkpoints(base):
    """A TensorFlow 1 checkpoint and a llama2.c file."""
    source = write_foreign_folder(base / "source", "bert", vocabulary=True)
    folder = base / "tf checkpoint"
    write_google_checkpoint(folder, source)
    llama = base / "llama2c"
    llama.mkdir()
    (llama / "model.bin").write_bytes(llama2c_file(0)[0])
    return [
        _place("tf checkpoint", folder, ["import", "{folder}", "--run", "{new}"]),
        _place("llama2c", llama, ["import", "{folder}/model.bin", "--run", "{new}"]),
    ]


def texts(base):
    """What people measure and score."""
    model = _saved(base, "reader", zoo.create("lstm_tiny", tokenizer=WordTokenizer(["<unk>", "<eos>", "the", "cat"])))
    translator = _saved(
        base,
        "translator",
        zoo.create("transformer_tiny", tokenizer=WordTokenizer(["<unk>", "<eos>", "the", "cat"]), num_layers=1),
    )
    folder = base / "texts"
    folder.mkdir()
    (folder / "a.txt").write_text("".join(LINES), encoding="utf-8")
    (folder / "a.txt.gz").write_bytes(gzip.compress("".join(LINES).encode()))
    (folder / "pairs.tsv").write_text("".join(f"{line[:-1]}\tthe cat\n" for line in LINES), encoding="utf-8")
    return [
        _place(
            name,
            folder,
            ["evaluate", str(model if name != "pairs.tsv" else translator), "--data", f"{{folder}}/{name}"],
            ["score", str(model if name != "pairs.tsv" else translator), "--file", f"{{folder}}/{name}"],
            files=[name],
        )
        for name in ("a.txt", "a.txt.gz", "pairs.tsv")
    ]


def _told_apart(model):
    random = np.random.default_rng(0)
    for weight in model.weights:
        weight.assign(random.normal(size=weight.shape) * 0.4)
    return model


def exports(base):
    """A SavedModel and a `.tflite` file."""
    tokenizer = WordTokenizer(["<unk>", "<eos>", "the", "cat", "sat", "猫"])
    model = _told_apart(zoo.create("lstm_tiny", tokenizer=tokenizer))
    with rough_exports(saved_model=("serving_default", "score", "tokens")):
        saved = export_saved_model(model, base / "saved_model" / "1").path
        lite = export_litert(model, base / "litert", prefill_lengths=(4,), context=16).path
    return [
        _place("saved_model", saved, ["generate", "{folder}", "--prompt", "the"], ["describe", "{folder}"]),
        _place("litert", lite.parent, ["generate", f"{{folder}}/{lite.name}", "--prompt", "the"], files=[lite.name]),
    ]
