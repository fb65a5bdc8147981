import dataclasses
import gzip
import itertools
import json

import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import ByteTokenizer, CharacterTokenizer, WordTokenizer
from langzoo.trainers.data import BlockSource, LineSource, TokenCorpus, token_corpus
from langzoo.trainers.data.readers import READERS

WORDS = ["<unk>", "<eos>", "the", "cat", "猫"]


@pytest.fixture
def read(tmp_path):
    """Writes the texts and reads them as a corpus."""

    def corpus_of(*texts, tokenizer=None, **kwargs):
        paths = []
        for i, text in enumerate(texts):
            paths.append(tmp_path / f"{i}.txt")
            paths[-1].write_bytes(text if isinstance(text, bytes) else text.encode())
        return TokenCorpus.from_files(paths, tokenizer or WordTokenizer(WORDS), cache=tmp_path / "cache", **kwargs)

    return corpus_of


def test_words_lines_and_counts(read):
    corpus = read("the cat\n\n猫 dog\n", "the")
    assert corpus.tokens.tolist() == [2, 3, 1, 1, 4, 0, 1, 2, 1]
    assert corpus.line_starts.tolist() == [0, 3, 4, 7, 9]
    assert (corpus.num_bytes, corpus.num_unknown, corpus.start_id, len(corpus)) == (
        len("the cat\n\n猫 dog\nthe".encode()),
        1,
        1,
        9,
    )
    assert corpus.tokens.dtype == np.int32 and corpus.line_starts.dtype == np.int64


def test_every_file_ends_with_the_end_token(read):
    corpus = read("ab", "c\n", tokenizer=ByteTokenizer())
    end = ByteTokenizer().end_id
    assert corpus.tokens.tolist() == [*b"ab", end, *b"c\n", end]
    assert corpus.line_starts.tolist() == [0, 3, 6]


def test_a_byte_order_mark_and_compression_are_no_text(read):
    plain = read("猫 the\n")
    packed = read(gzip.compress("\ufeff猫 the\n".encode()))
    assert packed.tokens.tolist() == plain.tokens.tolist() and packed.num_bytes == plain.num_bytes


def test_windows_line_ends(read):
    corpus = read("the cat\r\n猫\r\n")
    assert corpus.tokens.tolist() == [2, 3, 1, 4, 1] and corpus.num_bytes == len("the cat\r\n猫\r\n".encode())


def test_only_a_newline_ends_a_line(read):
    corpus = read("a\u2028b\x0bc\n", tokenizer=CharacterTokenizer(["<unk>", "<eos>", "a", "b", "c", "\n"]))
    assert corpus.line_starts.tolist() == [0, len(corpus)]


def test_what_each_token_is_predicted_from(read):
    corpus = read("the cat\n猫\n")
    assert corpus.before(0, 5).tolist() == [1, 2, 3, 1, 4]
    assert corpus.before(0, 1).tolist() == [1]
    assert corpus.before(2, 4).tolist() == [3, 1]
    assert corpus.before(0, 3).dtype == np.int32


@pytest.mark.parametrize("unit", ["the cat ", "猫"], ids=["spaces", "no space"])
def test_a_line_longer_than_a_piece_is_one_line(read, unit, monkeypatch):
    monkeypatch.setattr("langzoo.trainers.data.text_files.CHUNK_CHARACTERS", 20)
    text = "the\n" + unit * 50 + "\n猫\n"
    tokenizer = WordTokenizer(WORDS, split="punctuation")
    corpus = read(text, tokenizer=tokenizer)
    assert corpus.tokens.tolist() == tokenizer.tokenize(text).numpy().tolist()
    middle = len(corpus) - 4
    assert corpus.line_starts.tolist() == [0, 2, 2 + middle, len(corpus)]


def test_found_in_the_cache_by_content_and_tokenizer(read, monkeypatch, tmp_path):
    first = read("the cat\n")
    calls = []
    monkeypatch.setattr(token_corpus, "_pieces", lambda *arguments: calls.append(arguments) or pieces(*arguments))
    # Another tokenizer of the same kind, options and words; Keras gives it another name.
    assert read("the cat\n", tokenizer=WordTokenizer(WORDS)).tokens.tolist() == first.tokens.tolist()
    assert calls == []
    read("the dog\n")
    read("the dog\n", tokenizer=WordTokenizer(WORDS, lowercase=True))
    read("the dog\n", tokenizer=WordTokenizer([*WORDS, "dog"]))
    read("the ", "dog\n")  # the same bytes in two files
    assert len(calls) == 4
    assert not list((tmp_path / "cache").glob(".*"))


pieces = token_corpus._pieces


def test_progress_counts_characters(read):
    done = []
    read("the cat\n", "猫", progress=done.append)
    assert done == [8, 9]


def test_a_file_that_turns_out_to_be_no_text_leaves_no_cache(read, tmp_path):
    with pytest.raises(UserError, match="is not UTF-8"):
        read(b"the cat\n" * 200_000 + b"\xff")
    assert not (tmp_path / "cache").exists()


@pytest.fixture
def records(read, tmp_path):
    """Reads texts as records of JSON lines, whose tokenizer writes characters."""

    def corpus_of(*texts, **kwargs):
        characters = sorted({character for text in texts for character in text} | {" ", "\n"})
        reader = READERS["jsonl"](["text"])
        lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
        tokenizer = CharacterTokenizer(["<unk>", "<eos>", *characters])
        return read(lines, tokenizer=tokenizer, reader=reader, **kwargs), tokenizer

    return corpus_of


def texts_of(corpus, tokenizer, starts):
    tokens = corpus.tokens.tolist()
    return [tokenizer.detokenize([tokens[i:j]]).numpy()[0].decode() for i, j in itertools.pairwise(starts)]


def test_a_record_is_a_document_whatever_line_ends_it_holds(records):
    corpus, tokenizer = records("ab\nc\n\nd", "e", separation="lines")
    assert texts_of(corpus, tokenizer, corpus.document_starts) == ["ab\nc\n\nd", "e"]


def test_a_record_is_a_line_whatever_line_ends_it_holds(records):
    corpus, tokenizer = records("ab\r\nc", "d", by_lines=True)
    assert [text.rstrip() for text in texts_of(corpus, tokenizer, corpus.line_starts)] == ["ab c", "d"]


def test_line_ends_in_records_are_kept_in_one_long_text(records):
    corpus, tokenizer = records("ab\nc", "d")
    assert texts_of(corpus, tokenizer, [0, len(corpus)]) == ["ab\nc\nd\n"]


@pytest.mark.parametrize("add_start", [True, False])
def test_a_text_whose_firsts_are_no_targets_has_no_bits_per_byte(add_start, read):
    """Lines and documents that nothing stands before: the first token of each is read alone."""
    corpus = dataclasses.replace(read("the cat\n猫\n"), add_start=add_start, document_starts=np.array([0, 3, 5]))
    lines = LineSource(corpus, batch_size=2, sequence_length=8, seed=None)
    blocks = BlockSource(corpus, batch_size=1, sequence_length=5, seed=None, document_masks=True)
    for source in (lines, blocks):
        assert source.predicts_firsts == (source.rows(0, 0, 2)["weights"].sum() == len(corpus)) == add_start
    assert BlockSource(corpus, batch_size=1, sequence_length=5, seed=None).predicts_firsts
