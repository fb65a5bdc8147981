"""SavedModels of all tasks and families: strings in and out, in a process without langzoo and in `serving`."""

import json

import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import ByteTokenizer
from langzoo.serving import ExportedModel
from langzoo.zoo.export import export_saved_model
from langzoo.zoo.export.programs import Signature, litert_program, string_signatures
from langzoo.zoo.tasks import TextModel

from tests.checks.export import DECODINGS, check_export, generation
from tests.zoo.export.tiny_models import CAUSAL, ENCODERS, SEQ2SEQ, tiny_model

TEXTS = ["the cats sat on 猫 .", "", "cat", "xyz"]
CHARACTERS = ["", "a bad cab", "猫", "ab"]
QUESTIONS = {
    "bert": [
        lambda model: model.fill(["the [MASK] sat", "[MASK] 猫 [MASK]"]),
        lambda model: model.fill(["[MASK]"], count=12),
    ],
    "roberta": [lambda model: model.embed(TEXTS), lambda model: model.embed(TEXTS, batch_size=1)],
    "distilbert": [lambda model: model.classify(TEXTS), lambda model: model.classify(TEXTS, TEXTS[::-1])],
    "electra": [lambda model: model.detect(TEXTS)],
}
NAMES = {
    "bert": ["serving_default", "fill", "tokens"],
    "roberta": ["serving_default", "embed", "tokens"],
    "distilbert": ["serving_default", "classify", "classify_pairs", "tokens"],
    "electra": ["serving_default", "detect", "tokens"],
}


# One family by default: the others take most of the time and differ in little.
@pytest.fixture(
    scope="module",
    params=["bert", *(pytest.param(name, marks=pytest.mark.slow) for name in sorted(set(ENCODERS) - {"bert"}))],
)
def encoder(request, tmp_path_factory):
    """A live encoder with a head, its export and their family."""
    model, family = tiny_model(request.param), request.param
    return model, check_export(model, QUESTIONS[family], tmp_path_factory.mktemp(family)), family


def test_encoders(encoder):
    model, exported, family = encoder
    assert list(exported.manifest["signatures"]) == NAMES[family]
    assert exported.manifest["needs"] == [] and exported.manifest["task"] == model.task
    assert exported.manifest["options"] == model.options
    segments = {"segment_ids"} if model.num_segments > 1 else set()
    assert set(exported.manifest["signatures"]["tokens"]["inputs"]) == {"token_ids", "padding_mask"} | segments


def test_an_encoder_says_what_it_cannot_do(encoder):
    model, exported, family = encoder
    asked = {"fill", "embed", "classify", "detect", "generate", "score"} - set(NAMES[family])
    for name in asked:
        with pytest.raises(UserError, match=f"is a {model.task} model and has no signature '{name}'") as caught:
            getattr(exported, name)(["a"])
        assert "\n" not in str(caught.value)


def test_no_texts_no_answers(encoder):
    _, exported, family = encoder
    answer = getattr(exported, NAMES[family][1])([])
    assert len(answer) == 0 and (family != "roberta" or answer.shape == (0, 32))
    with pytest.raises(ValueError, match="texts must be a list of strings"):
        getattr(exported, NAMES[family][1])("one string")
    if family == "bert":
        with pytest.raises(UserError, match=r"'the cat' has no \[MASK\]"):
            exported.fill(["[MASK]", "the cat"])
        with pytest.raises(UserError, match="count must be an integer from 1 to 12, not 13"):
            exported.fill(["[MASK]"], count=13)
    if family == "distilbert":
        with pytest.raises(ValueError, match="pairs must be as many as the other texts, 1, not 2"):
            exported.classify(["a"], ["b", "c"])


def test_the_graph_of_an_encoder_refuses_what_it_cannot_read(encoder):
    _, exported, _ = encoder
    loaded = tf.saved_model.load(str(exported.directory))
    good = {"token_ids": [[2, 3]], "padding_mask": [[True, True]], "segment_ids": [[0, 1]]}
    good = {name: good[name] for name in exported.manifest["signatures"]["tokens"]["inputs"]}
    for name, bad, rule in (
        ("token_ids", [[2, 12]], "token_ids must be at least 0 and below 12"),
        ("token_ids", [[2] * 25], "token_ids must have at most 24 columns, one a position"),
        ("segment_ids", [[0, 2]], "segment_ids must be at least 0 and below 2"),
    ):
        if name in good:
            with pytest.raises(tf.errors.InvalidArgumentError, match=rule):
                loaded.signatures["tokens"](**{key: tf.constant(x) for key, x in {**good, name: bad}.items()})


@pytest.mark.slow
def test_an_encoder_decoder_whose_tokenizer_needs_tensorflow_text(tmp_path):
    """The process that it is compared in imports it too."""
    model, texts = tiny_model("t5"), ["", "the cat sat", "猫"]
    questions = [*generation(texts, decodings=DECODINGS[2:]), lambda m: m.score(texts, texts[::-1])]
    exported = check_export(model, questions, tmp_path)
    assert exported.manifest["needs"] == ["tensorflow_text"]
    assert exported.manifest["tokenizer"]["stop_ids"] == [1]
    card = (exported.directory / "model_card.md").read_text(encoding="utf-8")
    assert "import tensorflow_text" in card and "SentencepieceOp" in card
    with pytest.raises(UserError, match="scores targets given their sources: give both"):
        exported.score(texts)
    with pytest.raises(UserError, match="a text is longer than this model reads, 24 tokens"):
        exported.generate(["cat " * 30])
    unknown = "needs packages that this version does not know"
    for needs, message in (
        (["os"], unknown),
        ("tensorflow_text", "needs: must be a valid list"),
        (["tensorflow_text", "os"], unknown),
    ):
        manifest = {**exported.manifest, "needs": needs}
        (exported.directory / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        with pytest.raises(UserError, match=message):
            ExportedModel(exported.directory)


@pytest.mark.slow
def test_a_causal_transformer(tmp_path):
    exported = check_export(
        tiny_model("gpt2"),
        [*generation(CHARACTERS, max_tokens=40, decodings=[{}]), lambda m: m.score(CHARACTERS)],
        tmp_path,
    )
    with pytest.raises(UserError, match="takes no targets"):
        exported.score(["a"], ["b"])
    with pytest.raises(UserError, match="a text is longer than this model reads, 24 tokens"):
        exported.score(["a" * 30])


@pytest.mark.slow
@pytest.mark.parametrize("family", [*sorted(set(CAUSAL) - {"gpt2"}), "lstm_seq2seq", "transformer"])
def test_other_families(family, tmp_path):
    score = (lambda m: m.score(CHARACTERS, CHARACTERS[::-1])) if family in SEQ2SEQ else lambda m: m.score(CHARACTERS)
    check_export(tiny_model(family), [*generation(CHARACTERS, decodings=[{}, DECODINGS[2]]), score], tmp_path)


def test_what_has_no_signatures_is_refused(tmp_path):
    for model, message in (
        (zoo.create("bert_nano"), "no tokenizer"),
        (zoo.create("bert_nano", tokenizer=ByteTokenizer()), "has no mask token"),
    ):
        with pytest.raises(UserError, match=message) as caught:
            export_saved_model(model, tmp_path / "1")
        assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []

    class Bare(TextModel):
        task = "masked_lm"

    bare = Bare(zoo.create("bert_nano").config, name="bare")
    for offered in (string_signatures, litert_program):
        with pytest.raises(UserError, match="bare is a masked_lm model, which is not exported"):
            offered(bare)


@pytest.mark.ci
def test_a_task_from_outside_brings_its_own(tmp_path):
    """No exporter names a task: one that answers with the length of a text is exported like all others."""

    class Lengths(type(tiny_model("electra"))):
        task = "replaced_token_detector"

    @string_signatures.register
    def _(model: Lengths):
        measured = Signature(
            function=lambda inputs: {"length": tf.strings.length(inputs["text"])},
            inputs={"text": tf.TensorSpec((None,), tf.string)},
            meaning="How long each text is",
            examples=[{"text": np.array([b"abc"], object)}],
        )
        return {"serving_default": measured}

    model = Lengths(tiny_model("electra").config, tokenizer=tiny_model("electra").tokenizer, name="lengths")
    report = export_saved_model(model, tmp_path / "1")
    assert report.signatures == ("serving_default",)
    assert tf.saved_model.load(str(report.path)).signatures["serving_default"](text=tf.constant(["abcd"]))[
        "length"
    ].numpy() == [4]
    assert "How long each text is" in (report.path / "model_card.md").read_text(encoding="utf-8")
