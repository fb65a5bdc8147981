"""A LiteRT file of an encoder with the methods of a live model."""

import io
import json
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.plain.text.byte_pair_tokens import byte_alphabet
from langzoo.layers.text import ByteLevelBPETokenizer, WordPieceTokenizer
from langzoo.serving import LiteEncoder, LiteModel, open_lite_file
from langzoo.zoo.export import export_litert

from tests.checks.export import rough_exports
from tests.zoo.export.tiny_models import ENCODERS, PIECES, tiny_model

TEXTS = ["the cats sat on 猫 .", "", "cat", "xyz", "the cat sat on the mat . " * 9, b"cat \xff\xe7"]
METHODS = {"bert": "fill", "roberta": "embed", "distilbert": "classify", "electra": "detect"}
BYTES = ByteLevelBPETokenizer(
    ["<s>", "<pad>", "</s>", "<mask>", *byte_alphabet()],
    merges=[],
    start_token="<s>",
    end_token="</s>",
    separator_token="</s>",
    padding_token="<pad>",
    mask_token="<mask>",
)


def files_of(live, folder, lengths=(8, 24)):
    with rough_exports():
        return live, LiteEncoder(export_litert(live, folder, lengths=list(lengths)).path, num_threads=1)


@pytest.fixture(scope="module", params=ENCODERS)
def pair(request, tmp_path_factory):
    """A live model of 24 positions, its file, and the family."""
    return *files_of(tiny_model(request.param), tmp_path_factory.mktemp("lite")), request.param


def same(found, expected):
    """The same structure, and numbers to 1e-4."""
    if isinstance(expected, dict):
        assert list(found) == list(expected)
        for name, value in expected.items():
            same(found[name], value)
    elif isinstance(expected, list):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            same(one, other)
    elif isinstance(expected, str):
        assert found == expected
    else:
        np.testing.assert_allclose(found, expected, atol=1e-4)


def test_what_is_cut_off_is_counted(pair):
    _, lite, family = pair
    before = lite.cut_texts, lite.cut_tokens
    getattr(lite, METHODS[family])(["[MASK] cat", "[MASK] " + TEXTS[4], "[MASK]" + " cat" * 21])
    left_out = len(lite.tokenizer.encode("[MASK] " + TEXTS[4])) + 2 - 24
    assert (lite.cut_texts, lite.cut_tokens) == (before[0] + 1, before[1] + left_out) and left_out > 0


def test_threads_get_their_own_answers(pair):
    _, lite, family = pair
    answer, texts = getattr(lite, METHODS[family]), ["the cat sat", "mat", "on the mat the cat", "cat"] * 10
    if family == "bert":
        texts = [f"{text} [MASK]" for text in texts]
    expected = [answer([text]) for text in texts]
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda text: answer([text]), texts))
    same(found, expected)


def test_it_answers_as_the_live_model(pair):
    live, lite, family = pair
    texts = (
        [(b"[MASK] " if isinstance(text, bytes) else "[MASK] ") + text for text in TEXTS] if family == "bert" else TEXTS
    )
    method = METHODS[family]
    same(getattr(lite, method)(texts), getattr(live, method)(texts))
    same(getattr(lite, method)(text for text in texts), getattr(live, method)(texts))
    assert (lite.name, lite.task, lite.max_length) == (live.name, live.task, 24)
    assert len(getattr(lite, method)([])) == 0
    with pytest.raises(ValueError, match="texts must be a list of strings"):
        getattr(lite, method)("one string")
    with pytest.raises(UserError, match="half a surrogate pair"):
        getattr(lite, method)(["\ud800"])


def test_the_arguments_of_each_method(pair):
    live, lite, family = pair
    if family == "bert":
        same(lite.fill(["[MASK] 猫 [MASK]"], count=12), live.fill(["[MASK] 猫 [MASK]"], count=12))
        with pytest.raises(UserError, match=r"'the cat' has no \[MASK\] where the model reads"):
            lite.fill(["[MASK]", "the cat"])
        with pytest.raises(UserError, match=r"has no \[MASK\] where the model reads"):
            lite.fill(["cat " * 24 + "[MASK]"])
        with pytest.raises(UserError, match="count must be an integer from 1 to 12, not 13"):
            lite.fill(["[MASK]"], count=13)
    if family == "roberta":
        assert lite.embed([]).shape == (0, 32)
        with pytest.raises(UserError, match=r"unknown prompt 'query'\. Known: none"):
            lite.embed(["a"], prompt_name="query")
    if family == "distilbert":
        seconds = TEXTS[::-1]
        same(lite.classify(TEXTS, seconds), live.classify(TEXTS, seconds))
        with pytest.raises(ValueError, match="pairs must be as many as the other texts, 1, not 2"):
            lite.classify(["a"], ["b", "c"])
    for other in set(METHODS.values()) - {METHODS[family]}:
        with pytest.raises(
            UserError, match=f"is a {live.task} model, which has no '{other}', only '{METHODS[family]}'"
        ):
            getattr(lite, other)(["a"])


def test_the_class_is_that_of_the_task(pair):
    _, lite, _ = pair
    assert isinstance(open_lite_file(lite.path), LiteEncoder)
    with pytest.raises(UserError, match="which writes no text: open it with LiteEncoder"):
        LiteModel(lite.path)


def changed(path, to, change):
    """A copy whose manifest says something else."""
    data = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
        start = min(info.header_offset for info in archive.infolist())
    manifest = json.loads(entries["manifest.json"])
    change(manifest)
    entries["manifest.json"] = json.dumps(manifest).encode()
    to.write_bytes(data[:start])
    with zipfile.ZipFile(to, "a") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return to


@pytest.mark.parametrize("pair", ["distilbert"], indirect=True)
@pytest.mark.parametrize(
    "change",
    [
        lambda manifest: manifest.update(options={"labels": ["a"], "problem_type": "regression"}),
        lambda manifest: manifest.update(options={"labels": ["a", "b", "c"], "problem_type": "guess"}),
        lambda manifest: manifest.update(options={"labels": {"a": 1}}),
        lambda manifest: manifest["tokenizer"].update(closing_id=None),
        lambda manifest: manifest["tokenizer"].update(closing_id=10**6),
        lambda manifest: manifest.update(task="masked_lm"),
        lambda manifest: manifest.update(task="text_encoder"),
        lambda manifest: manifest.update(task="replaced_token_detector"),
        lambda manifest: manifest.update(task="none"),
    ],
)
def test_a_manifest_that_is_not_the_files(change, pair, tmp_path):
    _, lite, _ = pair
    path = changed(lite.path, tmp_path / "m.tflite", change)
    with pytest.raises(UserError, match=r"export the model again|which writes text|has no 'classify'") as caught:
        LiteEncoder(path).classify(["the cat"])
    assert "\n" not in str(caught.value)


def encoder(name, task, tokenizer=None, **options):
    tokenizer = tokenizer or WordPieceTokenizer(PIECES)
    sizes = {"num_layers": 1, "max_sequence_length": 24, "initializer_range": 0.5}
    return zoo.create(name, task=task, tokenizer=tokenizer, options=options, **sizes)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"labels": ["a", "b", "猫"], "problem_type": "multi_label_classification"}, "labels"),
        ({"labels": ["a"], "activation": "sigmoid"}, "score"),
        ({"labels": ["a", "b"], "problem_type": "regression"}, "scores"),
    ],
)
def test_what_the_logits_mean(options, key, tmp_path):
    """With segments (BERT's pairs) and without; RoBERTa's style goes with byte-level BPE."""
    for name, tokenizer in (("bert_nano", None), ("roberta_tiny", BYTES)):
        live, lite = files_of(encoder(name, "text_classifier", tokenizer, **options), tmp_path / name)
        assert key in lite.classify(["cat"])[0]
        same(lite.classify(TEXTS), live.classify(TEXTS))
        same(lite.classify(TEXTS, TEXTS[::-1]), live.classify(TEXTS, TEXTS[::-1]))


@pytest.mark.slow
def test_prompts_and_the_length_that_texts_are_cut_to(tmp_path):
    options = {"prompts": {"query": "the cat ", "text": "sat "}, "default_prompt_name": "text", "max_length": 10}
    live, lite = files_of(encoder("bert_nano", "text_encoder", **options), tmp_path)
    assert lite.max_length == 10
    for name in (None, "query", "text"):
        same(lite.embed(TEXTS, prompt_name=name), live.embed(TEXTS, prompt_name=name))
    with pytest.raises(UserError, match=r"unknown prompt 'x'\. Known: query, text"):
        lite.embed(["a"], prompt_name="x")


def test_from_the_command_line_without_tensorflow(pair):
    _, lite, family = pair
    command = "fill" if family == "bert" else "predict"
    texts = ["--text", "[MASK] cat", "--json"]
    program = (
        "import sys; sys.modules.update(tensorflow=None, keras=None, tensorflow_text=None)\n"
        f"sys.argv = ['langzoo', {command!r}, {str(lite.path)!r}, *{texts!r}]\n"
        "from langzoo.cli.main import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert done.stdout.startswith('{"text": "[MASK] cat"')
