"""Ids of published vocabularies on ten thousand real lines, against the libraries of those who published them."""

import json
import os
import random
from pathlib import Path

import pytest
import sentencepiece
import tokenizers
from langzoo.layers.text import ByteLevelBPETokenizer, sentence_piece_from_llama2c
from langzoo.zoo.foreign.fast_tokenizer_file import write_fast_tokenizer
from langzoo.zoo.foreign.find_tokenizer import find_tokenizer
from langzoo.zoo.foreign.text_frame import text_frame
from tokenizers import AddedToken

from tests.layers.text.noisy_text import noisy_lines

pytestmark = [pytest.mark.slow, pytest.mark.data]
TEXT = ["tinystories/*", "wikitext2/*valid*", "chnsenticorp/train.tsv", "tatoeba_cmn_eng/*", "cdial_zh/train.txt"]
SPECIAL = ["<|im_start|>", "<|im_end|>", "covid19x", "GPT4turbo", "[MASK]", " <mask>", "</s>", "<s>", "<|endoftext|>"]
ADDED = [
    AddedToken("<|im_start|>", special=True, normalized=False),
    AddedToken("<|im_end|>", special=True, normalized=False, rstrip=True),
    AddedToken("covid19x", normalized=True),
    AddedToken("GPT4turbo", normalized=True),
]


@pytest.fixture(scope="module")
def data():
    folder = Path(os.environ.get("LANGZOO_DATA", "")) / "vocab"
    if "LANGZOO_DATA" not in os.environ or not folder.is_dir():
        pytest.skip("LANGZOO_DATA names no folder with vocab/")
    return folder.parent


@pytest.fixture(scope="module")
def lines(data):
    found = []
    for pattern in TEXT:
        for path in sorted(data.glob(pattern)):
            found += path.read_bytes()[:300_000].decode("utf-8", "ignore").split("\n")[:-1]
    source = random.Random(0)
    some = source.sample(found, min(8000, len(found)))
    for place in range(0, len(some), 4):  # special and added tokens inside every fourth
        cut = source.randrange(len(some[place]) + 1)
        some[place] = some[place][:cut] + source.choice(SPECIAL) + "  " + some[place][cut:]
    return [*some, *noisy_lines(10_000 - len(some), seed=2, extra=SPECIAL)]


def bert(data, name, *, lowercase):
    path = data / f"vocab/{name}-vocab.txt"
    words = path.read_bytes().decode().rstrip("\n").split("\n")
    ids = {word: number for number, word in enumerate(words)}
    return tokenizers.BertWordPieceTokenizer(ids, lowercase=lowercase)._tokenizer


def gpt2(data, *, digits=False):
    ids = json.loads((data / "vocab/gpt2-encoder.json").read_text(encoding="utf-8"))
    merges = (data / "vocab/gpt2-vocab.bpe").read_text(encoding="utf-8").split("\n")[1:-1]
    backend = tokenizers.ByteLevelBPETokenizer(ids, [tuple(merge.split(" ")) for merge in merges])._tokenizer
    backend.add_special_tokens(["<|endoftext|>"])
    if digits:
        steps = [tokenizers.pre_tokenizers.Digits(individual_digits=True), backend.pre_tokenizer]
        backend.pre_tokenizer = tokenizers.pre_tokenizers.Sequence(steps)
    return backend


BACKENDS = {
    "bert-base-uncased": lambda data: ("bert", bert(data, "bert-base-uncased", lowercase=True)),
    "bert-base-chinese": lambda data: ("bert", bert(data, "bert-base-chinese", lowercase=False)),
    "gpt2": lambda data: ("gpt2", gpt2(data)),
    "gpt2 digits": lambda data: ("llama", gpt2(data, digits=True)),
}


def differing(tokenizer, lines, expected):
    found = tokenizer(lines).to_list()
    return [case for case in zip(lines, found, expected, strict=True) if case[1] != case[2]]


@pytest.mark.parametrize("name", BACKENDS)
@pytest.mark.parametrize("added", [False, True])
def test_tokenizer_json(name, added, data, lines, tmp_path):
    family, backend = BACKENDS[name](data)
    if added:
        backend.add_tokens(ADDED)
    backend.save(str(tmp_path / "tokenizer.json"))
    expected = [encoding.ids for encoding in backend.encode_batch(lines, add_special_tokens=False)]
    tokenizer = find_tokenizer(tmp_path, family=family)
    assert differing(tokenizer, lines, expected) == []
    # And out again.
    write_fast_tokenizer(tokenizer, tmp_path / "again.json", frame=text_frame(tokenizer, "masked_lm"))
    again = tokenizers.Tokenizer.from_file(str(tmp_path / "again.json"))
    assert [encoding.ids for encoding in again.encode_batch(lines, add_special_tokens=False)] == expected


def test_roberta(data, lines, tmp_path):
    paths = data / "vocab/gpt2-encoder.json", data / "vocab/gpt2-vocab.bpe"
    dictionary = data / "vocab/roberta-dict.txt"
    tokenizer = ByteLevelBPETokenizer.from_files(*paths, dictionary=dictionary, vocabulary_size=50265)
    write_fast_tokenizer(tokenizer, tmp_path / "tokenizer.json", frame=text_frame(tokenizer, "masked_lm"))
    backend = tokenizers.Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    assert backend.encode("a <mask> b").ids == [0, 102, 50264, 741, 2]
    expected = [encoding.ids for encoding in backend.encode_batch(lines, add_special_tokens=False)]
    assert differing(tokenizer, lines, expected) == []


def test_stories260k(data, lines):
    tokenizer = sentence_piece_from_llama2c(data / "stories260K/tok512.bin")
    lines = [line for line in lines if "\0" not in line and "▁" not in line]
    processor = sentencepiece.SentencePieceProcessor(model_proto=tokenizer.sentence_piece_model())
    assert differing(tokenizer, lines, processor.encode(lines)) == []
