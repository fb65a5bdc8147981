"""What bad and odd input gets: from the signatures, from `serving`, from the command line and live, the same."""

import functools
import json

import numpy as np
import pytest
import tensorflow as tf
from langzoo import serving
from langzoo.cli.main import app
from langzoo.layers.plain.errors import UserError
from langzoo.layers.plain.generation_options import MAX_TOKENS
from langzoo.serving import ExportedModel
from langzoo.zoo.export import export_saved_model
from langzoo.zoo.export.programs.generation_signatures import option_types, option_values
from typer.testing import CliRunner

from tests.checks.export import check_equal, rough_exports
from tests.zoo.export.tiny_models import tiny_model

# One kind of model by default, since tracing takes most of the time: a causal one; an encoder-decoder is slow.
WRITERS = ("gpt2", pytest.param("transformer", marks=pytest.mark.slow))
POSITIONS = 24
TOO_LONG = f"a text is longer than this model reads, {POSITIONS} tokens with the start token: shorten it"
OPTIONS = option_values(max_tokens=6, seed=3)
UNEQUAL = [b"", b"a bad cab", "猫".encode(), b"ab", b"\xffa\xc3b", b"a" * (POSITIONS - 2)]
DRAWN = {"temperature": 9.0, "max_tokens": 1_000}
# Options, and others that must give the same.
SAME_TEXT = {
    "temperature 0 is greedy": ({"temperature": 0.0, "top_k": 3, "top_p": 0.5, "seed": 9}, {"temperature": 0.0}),
    "top_k over the vocabulary cuts nothing": ({"temperature": 0.9, "top_k": 1_000}, {"temperature": 0.9}),
    "the largest top_k cuts nothing": ({"temperature": 0.9, "top_k": 2**31 - 1}, {"temperature": 0.9}),
    "max_tokens end with the positions": ({"max_tokens": 1_000}, {"max_tokens": POSITIONS}),
    "so do the largest max_tokens": ({"max_tokens": MAX_TOKENS}, {"max_tokens": POSITIONS}),
}


class Export:
    """One model live, as an `ExportedModel`, as signatures and as a folder for the command line."""

    def __init__(self, family, folder):
        self.live = tiny_model(family)
        with rough_exports(saved_model=("serving_default", "classify_pairs", "tokens")):
            self.folder = export_saved_model(self.live, folder / "1", portable=True).path
        self.exported = ExportedModel(self.folder)

    def call(self, signature, **inputs):
        out = self.exported._model.signatures[signature](**{name: tf.constant(value) for name, value in inputs.items()})
        return {name: value.numpy() for name, value in out.items()}

    def generate(self, prompts, **options):
        """The signature's rows as lists: text, ids and log-probabilities."""
        given = {**OPTIONS, **options}
        typed = {
            name: np.atleast_1d(value).astype(option_types()[name].as_numpy_dtype) for name, value in given.items()
        }
        out = self.call("generate", prompt=prompts, **typed)
        rows = zip(out["text"], out["token_ids"], out["log_probabilities"], out["lengths"], strict=True)
        return [
            {"text": text, "ids": ids[:n].tolist(), "log_probabilities": numbers[:n].tolist()}
            for text, ids, numbers, n in rows
        ]

    def score(self, texts):
        paired = "source" in self.exported.manifest["signatures"]["score"]["inputs"]
        out = self.call("score", **({"source": texts, "target": texts} if paired else {"text": texts}))
        rows = zip(out["token_ids"], out["log_probabilities"], out["lengths"], strict=True)
        return [{"ids": ids[:n].tolist(), "log_probabilities": numbers[:n].tolist()} for ids, numbers, n in rows]


@pytest.fixture(scope="module")
def export_of(tmp_path_factory):
    """The export of a family, written once."""
    return functools.cache(lambda family: Export(family, tmp_path_factory.mktemp(family)))


@pytest.fixture(params=WRITERS)
def writer(request, export_of):
    """A model that writes text."""
    return export_of(request.param)


@pytest.fixture
def langzoo(monkeypatch, export_of):
    """Runs a command line on an export, which has been opened already."""

    def run(command, export, *args):
        monkeypatch.setattr(serving, "ExportedModel", lambda path, **_: export.exported)
        return CliRunner().invoke(app, [command, str(export.folder), *(str(arg) for arg in args)])

    return run


def test_a_text_longer_than_the_context_is_refused_in_the_same_words(writer, langzoo):
    long, pairs = ["a" * 30], [["a" * 30]] if writer.live.task == "seq2seq_lm" else []
    for call in (
        lambda: writer.live.generate(long, decoder="temperature"),
        lambda: writer.exported.generate(long),
        lambda: writer.live.score(long, *pairs),
        lambda: writer.exported.score(long, *pairs),
    ):
        with pytest.raises(UserError) as caught:
            call()
        assert str(caught.value) == TOO_LONG
    for call in (writer.generate, writer.score):
        with pytest.raises(tf.errors.InvalidArgumentError, match=TOO_LONG):
            call([long[0].encode()])
    target = ["--target", "a"] if pairs else []
    for line in (["generate", writer, "--prompt", *long], ["score", writer, "--text", *long, *target]):
        result = langzoo(*line)
        assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"langzoo: {TOO_LONG}\n")


def test_rows_of_unequal_length_are_each_as_alone(writer):
    """The empty prompt, bytes that are no UTF-8 and the longest text there is are among them."""
    rules = {"repetition_penalty": 1.4, "no_repeat_ngram_size": 2}
    for options in ({}, {"temperature": 0.8, "top_k": 6, "top_p": 0.9}, {"temperature": 0.8, **rules}):
        together = writer.generate(UNEQUAL, **options)
        for row, prompt in zip(together, UNEQUAL, strict=True):
            check_equal(row, writer.generate([prompt], **options)[0], prompt)
    for row, text in zip(writer.score(UNEQUAL), UNEQUAL, strict=True):
        check_equal(row, writer.score([text])[0], text)


def test_every_row_has_options_of_its_own(writer):
    """So that a server may join the requests of several users; each gets what it would get alone."""
    prompts = UNEQUAL[:5]
    options = {
        "max_tokens": [6, 1, 4, 6, 2],
        "temperature": [0.8, 0.0, 1.3, 9.0, 0.5],
        "top_k": [0, 3, 2, 1_000, 6],
        "top_p": [1.0, 0.5, 1.0, 1.0, 0.8],
        "seed": [1, 2, 3, 4, 5],
        "no_repeat_ngram_size": [0, 0, 2, 1, 0],
        "repetition_penalty": [1.0, 1.5, 1.0, 1.2, 1.0],
    }
    together = writer.generate(prompts, **options)
    for i, (row, prompt) in enumerate(zip(together, prompts, strict=True)):
        check_equal(row, writer.generate([prompt], **{name: row[i] for name, row in options.items()})[0], prompt)
    assert {len(row["ids"]) for row in together} > {1}


def test_live_serving_and_signature_agree_on_odd_texts(writer):
    """Bytes that are no UTF-8 become U+FFFD or unknown, by the tokenizer; nothing fails."""
    for options in ({"temperature": 0.0}, {"temperature": 1.0}):
        live = {**options, "decoder": "temperature", "seed": 3}
        expected = writer.live.generate(UNEQUAL, max_tokens=6, **live)
        check_equal(writer.exported.generate(UNEQUAL, max_tokens=6, **live), expected, "serving")
        found = [
            {
                "text": row["text"].decode(errors="replace"),
                "tokens": [writer.exported.tokens[i] for i in row["ids"]],
                "log_probabilities": row["log_probabilities"],
            }
            for row in writer.generate(UNEQUAL, **options)
        ]
        check_equal(found, expected, "signature")
    paired = [UNEQUAL] if writer.live.task == "seq2seq_lm" else []
    check_equal(writer.exported.score(UNEQUAL, *paired), writer.live.score(UNEQUAL, *paired), "scores")


@pytest.mark.parametrize("case", SAME_TEXT)
def test_options_at_their_edges(writer, case):
    asked, same = SAME_TEXT[case]
    prompts = [b"", b"a bad cab"]
    check_equal(writer.generate(prompts, **asked), writer.generate(prompts, **same), case)
    for model in (writer.live, writer.exported):
        rows = [
            model.generate(prompts, **{"max_tokens": 6, "decoder": "temperature", "seed": 3, **options})
            for options in (asked, same)
        ]
        check_equal(*rows, case)


def test_no_text_outgrows_the_positions(export_of):
    """The last new token is never read, so a text has one more than there are positions; the start token is one."""
    gpt2, prompts = export_of("gpt2"), [b"a" * 21, b"a" * 23]
    lengths = [max(len(gpt2.generate([text], **DRAWN, seed=seed)[0]["ids"]) for seed in range(8)) for text in prompts]
    assert lengths == [3, 1]


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_an_empty_batch_gives_an_empty_answer(writer, temperature):
    assert writer.generate(tf.constant([], tf.string), temperature=temperature) == []


def test_the_command_line_answers_as_the_live_model_does(writer, langzoo):
    paired = writer.live.task == "seq2seq_lm"
    for prompt, option, live in (
        ("", [], {"temperature": 0}),
        ("a bad cab", ["--temperature", 0], {"temperature": 0}),
        ("猫", ["--top-k", 1_000, "--seed", 3], {"seed": 3}),
    ):
        line = ["generate", writer, "--prompt", prompt, "--max-tokens", 6, *option, "--json"]
        found = json.loads(langzoo(*line).stdout)
        (expected,) = writer.live.generate([prompt], max_tokens=6, decoder="temperature", **live)
        check_equal(found, {"prompt": prompt, **expected}, prompt)
    line = ["score", writer, "--text", "", "--text", "bad", *(["--target", "cab", "--target", ""] * paired)]
    found = json.loads(langzoo(*line, "--json").stdout)
    expected = writer.live.score(["", "bad"], *([["cab", ""]] if paired else []))
    for row, entry in zip(found, expected, strict=True):
        check_equal({name: row[name] for name in entry}, entry, row["text"])
    for line in (["generate", writer, "--prompt", "\udcff"], ["score", writer, "--text", "\udcff"]):
        result = langzoo(*line, *(["--target", "a"] if paired and line[0] == "score" else []))
        assert result.exit_code == 2 and "is not UTF-8" in result.stderr and result.stderr.count("\n") == 1


@pytest.mark.slow
def test_an_encoder_cuts_what_is_too_long_and_reads_the_rest(export_of, langzoo):
    encoder = export_of("distilbert")
    texts = [b"", b"the cat " * 30, b"\xff the cat", "the cats sat on 猫 .".encode()]
    out = encoder.call("classify", text=texts)
    for row, text in enumerate(texts):
        alone = encoder.call("classify", text=[text])
        np.testing.assert_allclose(out["probabilities"][row], alone["probabilities"][0], atol=1e-5)
        assert out["labels"][row] == alone["labels"][0]
    kept = encoder.call("classify", text=[b"the cat " * 11])["probabilities"]  # 22 words and two special tokens
    np.testing.assert_allclose(out["probabilities"][1:2], kept, atol=1e-6)
    expected = encoder.live.classify(texts)
    check_equal(encoder.exported.classify(texts), expected, "serving")
    named = [dict(zip(encoder.live.labels, row.tolist(), strict=True)) for row in out["probabilities"]]
    check_equal(named, [row["probabilities"] for row in expected], "signature")


def test_an_export_over_an_existing_version_leaves_it_as_it_is(writer):
    before = {path: path.read_bytes() for path in writer.folder.rglob("*") if path.is_file()}
    with pytest.raises(UserError, match=r"already exists; export goes to a new version: .*2$") as caught:
        export_saved_model(writer.live, writer.folder)
    assert "\n" not in str(caught.value)
    assert {path: path.read_bytes() for path in writer.folder.parent.rglob("*") if path.is_file()} == before
