"""Real text with published vocabularies."""

import os
from pathlib import Path

import pytest
from langzoo.layers.text import (
    ByteLevelBPETokenizer,
    SentencePieceTokenizer,
    WordPieceTokenizer,
    WordTokenizer,
    sentence_piece_from_llama2c,
    split_words,
)
from langzoo.serving.text import load_plain_tokenizer

from tests.serving.text.plain_cases import LLAMA, T5, sentence_piece_model

pytestmark = [pytest.mark.slow, pytest.mark.data]
TEXT = ["tinyshakespeare/*.txt", "tinystories/*", "wikitext2/*valid*", "chnsenticorp/train.tsv", "tatoeba_cmn_eng/*"]
TEXT += ["cdial_zh/train.txt", "tnews/*train*"]


@pytest.fixture(scope="module")
def data():
    if not os.environ.get("LANGZOO_DATA"):
        pytest.skip("LANGZOO_DATA names no folder with corpora")
    return Path(os.environ["LANGZOO_DATA"])


@pytest.fixture(scope="module")
def lines(data):
    found = []
    for pattern in TEXT:
        for path in sorted(data.glob(pattern)):
            found += path.read_bytes()[:50_000].split(b"\n")[:-1]
    if not found:
        pytest.skip("LANGZOO_DATA names no folder with tinyshakespeare, wikitext2, tatoeba_cmn_eng and the like")
    return found


def gpt2(data):
    return ByteLevelBPETokenizer.from_files(data / "vocab/gpt2-encoder.json", data / "vocab/gpt2-vocab.bpe")


def roberta(data):
    dictionary = data / "vocab/roberta-dict.txt"
    paths = data / "vocab/gpt2-encoder.json", data / "vocab/gpt2-vocab.bpe"
    return ByteLevelBPETokenizer.from_files(*paths, dictionary=dictionary, vocabulary_size=50265)


def words(lines):
    found = split_words(lines[::2], split="punctuation", lowercase=True).flat_values.numpy()
    vocabulary = dict.fromkeys(["<unk>", "<eos>", *(word.decode() for word in found)])
    return WordTokenizer(vocabulary, split="punctuation", lowercase=True)


MAKERS = {
    "gpt2": lambda data, lines: gpt2(data),
    "roberta": lambda data, lines: roberta(data),
    "bert": lambda data, lines: WordPieceTokenizer.from_file(data / "vocab/bert-base-uncased-vocab.txt"),
    "bert chinese": lambda data, lines: WordPieceTokenizer.from_file(data / "vocab/bert-base-chinese-vocab.txt"),
    "stories260K": lambda data, lines: sentence_piece_from_llama2c(data / "stories260K/tok512.bin"),
    "unigram": lambda data, lines: SentencePieceTokenizer(sentence_piece_model(**T5), extra_ids=100),
    "llama": lambda data, lines: SentencePieceTokenizer(sentence_piece_model(**LLAMA), start="begin"),
    "words": lambda data, lines: words(lines),
}


@pytest.mark.parametrize("name", MAKERS)
def test_ids_and_text_of_real_lines(name, data, lines, tmp_path):
    layer = MAKERS[name](data, lines)
    layer.save_assets(tmp_path)
    plain = load_plain_tokenizer({path.name: path.read_bytes() for path in tmp_path.iterdir()})
    for start in range(0, len(lines), 2000):
        some = lines[start : start + 2000]
        expected = layer(some)
        assert [plain.encode_bytes(line) for line in some] == expected.to_list()
        assert [plain.decode(row) for row in expected.to_list()] == layer.detokenize(expected).numpy().tolist()
