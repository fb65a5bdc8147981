"""Exports that need TensorFlow and nothing else: the same ids without TensorFlow Text, whatever the tokenizer."""

import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import ByteTokenizer, CharacterTokenizer, WordPieceTokenizer, WordTokenizer
from langzoo.serving.export_folder import read_manifest
from langzoo.trainers.vocabularies import train_tokenizer
from langzoo.zoo.export import ExportError, export_saved_model
from langzoo.zoo.export.compare_export import compare_export
from langzoo.zoo.export.programs import Program, Signature
from langzoo.zoo.export.write_signatures import write_signatures

from tests.checks.export import DECODINGS, check_export, generation
from tests.zoo.export.tiny_models import PIECES, pieces_of_sentences, tiny_model

LINES = ["the cat sat on the mat", "猫坐在垫子上", "don't 12345"] * 20
TEXTS = ["", "the cats sat on 猫 .", "The CAT,  sat\n", "é é ﬁ 𝄞", "don't 12345"]
BYTES = np.array([*(text.encode() for text in TEXTS), b"\xff cat \xe7\x8c"], object)
DTYPES = {"string": "DT_STRING", "int32": "DT_INT32", "float32": "DT_FLOAT"}
TOKENIZERS = {
    "word": lambda: WordTokenizer(["<unk>", "<eos>", "the", "cat", "sat", "猫", ","], split="punctuation"),
    "character": lambda: CharacterTokenizer(["<unk>", "<eos>", *"abcdeht 猫.é"]),
    "byte": ByteTokenizer,
    "wordpiece": lambda: WordPieceTokenizer(PIECES),
    "bpe": lambda: train_tokenizer("bpe", LINES, size=300),
}


def signatures_of(tokenizers):
    """To ids and back, for each."""

    def make(tokenizer):
        def function(inputs):
            ids = tokenizer.tokenize(inputs["text"])
            return {"ids": ids.to_tensor(-1), "text": tokenizer.detokenize(ids)}

        return function

    inputs = {"text": tf.TensorSpec((None,), tf.string)}
    return {
        kind: Signature(function=make(tokenizer), inputs=inputs, examples=[{"text": BYTES}])
        for kind, tokenizer in tokenizers.items()
    }


def write(tokenizers, folder):
    holder = keras.layers.Layer()
    for kind, tokenizer in tokenizers.items():
        setattr(holder, kind, tokenizer)
    holder.built = True
    signatures = signatures_of(tokenizers)
    write_signatures(signatures, folder, track=holder, progress=lambda line: None)
    return signatures


def compared(signatures, folder, **options):
    return compare_export(Program.of(signatures), folder, kind="saved_model", **options)["largest_difference"]


@pytest.mark.ci  # each tokenizer asks the like of its own export by default
def test_the_same_ids_in_a_process_with_tensorflow_alone(tmp_path):
    """Every portable kind at once; that process cannot import TensorFlow Text."""
    tokenizers = {kind: make() for kind, make in TOKENIZERS.items()}
    assert not any(tokenizer.needs_tensorflow_text for tokenizer in tokenizers.values())
    signatures = write(tokenizers, tmp_path / "1")
    assert compared(signatures, tmp_path / "1", tensorflow_text=False) == 0


@pytest.mark.slow
def test_tensorflow_text_is_really_out_of_reach(tmp_path):
    signatures = write({"sentencepiece": pieces_of_sentences()}, tmp_path / "1")
    with pytest.raises(ExportError, match=r"fails in a process without langzoo: .*Sentencepiece"):
        compared(signatures, tmp_path / "1", tensorflow_text=False)
    assert compared(signatures, tmp_path / "1", tensorflow_text=True) == 0


def test_a_tokenizer_of_tensorflow_text_is_refused_where_it_must_be_portable(tmp_path):
    with pytest.raises(UserError) as caught:
        export_saved_model(tiny_model("t5"), tmp_path / "1", portable=True)
    assert str(caught.value) == (
        "a sentencepiece tokenizer needs TensorFlow Text, so the export is not portable: leave out --portable, or "
        "train with a tokenizer of the kind word, character, byte, wordpiece or bpe"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", TOKENIZERS)
def test_a_portable_export_of_each_kind(kind, tmp_path):
    keras.utils.set_random_seed(0)
    model = zoo.create("lstm_tiny", tokenizer=TOKENIZERS[kind](), initializer_range=0.5)
    questions = [lambda each: each.score(TEXTS), *generation(TEXTS, decodings=[{}, DECODINGS[0]])]
    exported = check_export(model, questions, tmp_path)
    assert exported.manifest["portable"] is True and exported.manifest["needs"] == []


@pytest.fixture(scope="module")
def unigram_folder(tmp_path_factory):
    model = zoo.create("unigram", tokenizer=WordTokenizer(["<unk>", "<eos>", "the", "cat"]))
    model.head.set_counts(np.array([1, 2, 3, 9]))
    return export_saved_model(model, tmp_path_factory.mktemp("exports") / "1", portable=True).path


def saved_model_cli(*args):
    """What the command that comes with TensorFlow writes."""
    command = [str(Path(sys.executable).with_name("saved_model_cli")), *map(str, args)]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.slow
def test_saved_model_cli_shows_the_names_of_the_manifest(unigram_folder):
    shown = saved_model_cli("show", "--dir", unigram_folder, "--all")
    for name, described in read_manifest(unigram_folder)["signatures"].items():
        _, _, part = shown.partition(f"signature_def['{name}']:")
        part = part.partition("signature_def[")[0]
        for side, kind in (("inputs", "input"), ("outputs", "output")):
            for tensor, spec in described[side].items():
                _, found, facts = part.partition(f"{kind}s['{tensor}'] tensor_info:")
                assert found, (name, tensor)
                dtype, shape = facts.split("\n")[1:3]
                sizes = ", ".join("-1" if size is None else str(size) for size in spec["shape"])
                assert dtype.strip() == f"dtype: {DTYPES[spec['dtype']]}"
                assert shape.strip() == f"shape: ({sizes})"


@pytest.mark.slow
def test_saved_model_cli_runs_on_a_string(unigram_folder):
    line = ["run", "--dir", unigram_folder, "--tag_set", "serve", "--signature_def", "serving_default"]
    answer = saved_model_cli(*line, "--input_exprs", 'prompt=["the"]')
    assert "Result for output key text:" in answer and "cat cat cat" in answer
