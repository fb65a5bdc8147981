"""Long runs of unknown characters: ids and places are those of the library, but not its time."""

import io
import random
import time

import pytest
import tensorflow as tf
from langzoo.layers.text import SentencePieceTokenizer, unknown_runs
from sentencepiece import SentencePieceProcessor, SentencePieceTrainer

LINES = ["the cat sat on the mat", "a dog and a cat", "it is a big dog and a small cat, not a mat"] * 20
ALPHABET = [*"abt  ,.猫猫🙂🙂ééqq", "ﬁ", "\u0301", "\u200d", "\ufe0f", "\u3000", "▁", "\ufffd", "𠮷", "the cat "]


def trained(model_type, rule):
    written = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter(LINES),
        model_writer=written,
        model_type=model_type,
        normalization_rule_name=rule,
        vocab_size=40,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    return written.getvalue()


@pytest.fixture(
    params=[("unigram", "nmt_nfkc"), ("bpe", "identity"), ("char", "nfkc"), ("word", "nmt_nfkc")], scope="module"
)
def model(request):
    return trained(*request.param)


def test_ids_and_places_are_those_of_the_library(model, monkeypatch):
    tokenizer, library = SentencePieceTokenizer(model), SentencePieceProcessor(model_proto=model)
    generator = random.Random(0)
    texts = ["", "🙂", "🙂🙂🙂", "a🙂\ufeff🙂"]
    for _ in range(60):
        drawn = (generator.choice(ALPHABET) * generator.choice([1, 1, 2, 5]) for _ in range(generator.randint(1, 20)))
        texts.append("".join(drawn))
    before = {name: value.to_list() for name, value in tokenizer.offsets(texts).items()}
    monkeypatch.setattr(unknown_runs, "LONG", 0)  # every text counts as a long one
    assert tokenizer.tokenize(texts).to_list() == [library.encode(text) for text in texts]
    assert {name: value.to_list() for name, value in tokenizer.offsets(texts).items()} == before


def test_text_that_is_no_utf8_is_read_as_before(model, monkeypatch):
    tokenizer = SentencePieceTokenizer(model)
    texts = [b"a\xff\xfe\xff cat", b"\xf0\x9f\x99", "🙂🙂\ufffd\ufffd cat".encode() + b"\xff", b"\xc3"]
    ids = tokenizer.tokenize(texts).to_list()
    places = tokenizer.offsets(texts)
    monkeypatch.setattr(unknown_runs, "LONG", 0)
    assert tokenizer.tokenize(texts).to_list() == ids
    assert tokenizer.offsets(texts)["limits"].to_list() == places["limits"].to_list()


@pytest.mark.ci
def test_a_megabyte_in_a_graph_and_where_its_pieces_stand():
    tokenizer = SentencePieceTokenizer(trained("unigram", "nmt_nfkc"))
    run = "🙂猫é𠮷" * 80_000
    texts = [f"a cat {run} and a dog", "🙂🙂 a cat", f"{run}a"]
    start = time.perf_counter()
    found = tf.function(tokenizer.tokenize)(tf.constant(texts)).to_list()
    assert time.perf_counter() - start < 20  # without it minutes
    assert found == tokenizer.tokenize(["a cat 🙂 and a dog", "🙂🙂 a cat", "🙂a"]).to_list()
    places = tokenizer.offsets(texts)
    index = found[0].index(tokenizer.unknown_id)
    assert places["starts"][0, index].numpy() == len("a cat ")
    assert places["limits"][0, index].numpy() == len("a cat ") + len(run)
    assert places["limits"][0, -1].numpy() == len(texts[0])
