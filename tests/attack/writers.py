"""Every command that writes, made small, with what must be there when it is done."""

import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from langzoo import zoo
from langzoo.layers.text import WordTokenizer
from langzoo.zoo.export import export_hugging_face
from safetensors.numpy import load_file

LINES = [f"the cat {i % 7} sat on the mat , {'ab' * (i % 5)} 猫 .\n" for i in range(80)]
SETTINGS = ["data.batch_size=4", "data.sequence_length=8", "sample_tokens=0", "histogram_every=0"]


@dataclass
class Writer:
    """A command line that writes into the current folder.

    Attributes:
        name: of the command.
        line: its arguments.
        result: what it has made, in a form that is the same whenever it is done right.
        made: the name of what it makes.
        again: arguments that are added when it is started again after a kill.
    """

    name: str
    line: list[str]
    result: Callable[[Path], object]
    made: str
    again: tuple[str, ...] = ()

    def command(self, *more):
        """The argument list of a process."""
        return [sys.executable, "-m", "langzoo.cli", *self.line, *more]


def _digests(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _run(folder):
    """Bits of weights and checkpoint; the times of a run differ."""
    state = {}
    for name in ("weights.safetensors", "checkpoint.safetensors"):
        for key, array in load_file(folder / "run" / name).items():
            state[f"{name}/{key}"] = hashlib.sha256(array.tobytes()).hexdigest()
    records = [json.loads(line) for line in (folder / "run" / "metrics.jsonl").read_text().splitlines()]
    losses = [(record["step"], record["loss"]) for record in records]
    return state, losses, _digests(folder / "run" / "tokenizer")


def _counted(folder):
    return _digests(folder / "counted" / "tokenizer"), {
        key: array.tobytes() for key, array in load_file(folder / "counted" / "weights.safetensors").items()
    }


def _saved_model(folder):
    manifest = json.loads((folder / "saved" / "1" / "manifest.json").read_text())
    assert set(manifest["files"]) == set(_digests(folder / "saved" / "1")) - {"manifest.json"}
    return sorted(manifest["signatures"])


def _litert(folder):
    from langzoo.serving.lite_file import LiteFile

    (path,) = (folder / "lite").iterdir()
    return sorted(LiteFile.read(path).manifest["signatures"])


def writers(base):
    """All of them, on models and text in `base`."""
    base.mkdir()
    text = base / "text.txt"
    text.write_text("".join(LINES), encoding="utf-8")
    tokenizer = WordTokenizer(["<unk>", "<eos>", "the", "cat", "sat", "猫"])
    model = base / "model"
    zoo.save(zoo.create("lstm_tiny", tokenizer=tokenizer), model)
    gpt = base / "gpt"
    zoo.save(zoo.create("gpt2_tiny", tokenizer=None), gpt)
    folder = base / "folder"
    export_hugging_face(zoo.load(gpt), folder)
    settings = [part for setting in SETTINGS for part in ("--set", setting)]
    train = ["train", "lstm_tiny", "--data", str(text), "--tokenizer", "char", *settings, "--set", "checkpoint_every=5"]
    count, take = ["train", "bigram", "--data", str(text)], ["import", str(folder)]
    lite = ["export", str(model), "--format", "litert", "--context", "8"]
    learn = ["tokenizer", "train", "--kind", "bpe", "--size", "300", "--data", str(text)]
    publish = ["export", str(gpt), "--format", "huggingface"]
    made = {name: lambda here, name=name: _digests(here / name) for name in ("tokenizer", "imported", "published")}
    return [
        Writer("train", [*train, "--run", "run", "--steps", "60"], _run, "run", again=("--resume",)),
        Writer("count", [*count, "--run", "counted"], _counted, "counted", again=("--resume",)),
        Writer("tokenizer train", [*learn, "--out", "tokenizer"], made["tokenizer"], "tokenizer"),
        Writer("import", [*take, "--run", "imported"], made["imported"], "imported"),
        Writer("export", ["export", str(model), "--out", "saved/1"], _saved_model, "saved"),
        Writer("litert", [*lite, "--out", "lite"], _litert, "lite"),
        Writer("huggingface", [*publish, "--out", "published"], made["published"], "published"),
    ]
