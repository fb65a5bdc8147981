"""Against a transcription of the algorithm of llama2.c's run.c."""

import itertools
import json
import os
import struct
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import Llama2cTokenizer, load_tokenizer, sentence_piece_from_llama2c

from tests.layers.text.mixed_lines import mixed_lines

BYTES = [(f"<0x{byte:02X}>", 0.0) for byte in range(256)]
SPECIALS = [("<unk>", 0.0), ("\n<s>\n", 0.0), ("\n</s>\n", 0.0), *BYTES]


def packed(pieces):
    data = struct.pack("<i", max(len(piece.encode()) for piece, _ in pieces))
    for piece, score in pieces:
        data += struct.pack("<fi", score, len(piece.encode())) + piece.encode()
    return data


def learned(lines, merges):
    """Pieces by joining the most frequent neighbours, as such files come about; two in four have equal scores."""
    words = [list(" " + line) for line in lines]
    pieces = []
    for _ in range(merges):
        counts = {}
        for word in words:
            for pair in itertools.pairwise(word):
                counts[pair] = counts.get(pair, 0) + 1
        best = max(counts, key=lambda pair: (counts[pair], pair))
        if "".join(best) in pieces:
            break
        pieces.append("".join(best))
        for word in words:
            for place in range(len(word) - 2, -1, -1):
                if word[place : place + 2] == list(best):
                    word[place : place + 2] = ["".join(best)]
    characters = sorted({character for line in lines for character in line} | {" "})
    scored = [(piece, -float(rank // 2)) for rank, piece in enumerate(pieces)]
    return [*SPECIALS, *scored, *((character, -1e6) for character in characters)]


class RunC:
    """`encode` and `decode` of run.c, on bytes."""

    def __init__(self, data):
        self.vocabulary, self.scores = [], []
        place = 4
        while place < len(data):
            score, size = struct.unpack_from("<fi", data, place)
            self.vocabulary.append(data[place + 8 : place + 8 + size])
            self.scores.append(score)
            place += 8 + size
        self.ids = {piece: index for index, piece in enumerate(self.vocabulary)}

    def encode(self, text):
        tokens = [self.ids[b" "]] if text else []
        place = 0
        while place < len(text):
            end = place + 1
            while end < len(text) and text[end] & 0xC0 == 0x80 and end - place < 4:
                end += 1
            character = text[place:end]
            tokens += [self.ids[character]] if character in self.ids else [byte + 3 for byte in character]
            place = end
        while True:
            best_score, best = -1e10, None
            for place in range(len(tokens) - 1):
                joined = self.ids.get(self.vocabulary[tokens[place]] + self.vocabulary[tokens[place + 1]])
                if joined is not None and self.scores[joined] > best_score:
                    best_score, best = self.scores[joined], (place, joined)
            if best is None:
                return tokens
            tokens[best[0] : best[0] + 2] = [best[1]]

    def decode(self, tokens):
        text, before = b"", 1
        for token in tokens:
            piece = self.vocabulary[token]
            if before == 1 and piece.startswith(b" "):
                piece = piece[1:]
            if piece[:3] == b"<0x" and piece[5:] == b">":
                piece = bytes([int(piece[3:5], 16)])
            text += b"" if token in (1, 2) else piece
            before = token
        return text


@pytest.fixture(scope="module")
def data():
    lines = [line[:60] for line in mixed_lines(400, seed=3)]
    return packed(learned(lines, 200))


def check_equal(data, lines):
    tokenizer, run_c = Llama2cTokenizer(data), RunC(data)
    ids = tokenizer(lines).to_list()
    assert ids == [run_c.encode(line.encode()) for line in lines]
    texts = tokenizer.detokenize(tf.ragged.constant(ids)).numpy().tolist()
    assert [text.decode() for text in texts] == lines
    return ids


def test_ids_are_those_of_run_c(data):
    ids = check_equal(
        data, [line[:60] for line in mixed_lines(10_000)] + ["", " ", "  ", "▁", " ▁a", "<unk><s>\n<s>\n"]
    )
    used = {token_id for row in ids for token_id in row}
    assert len(used & set(range(3, 259))) > 40 and len([token_id for token_id in used if token_id >= 259]) > 250


def test_any_ids_come_out_as_from_run_c(data):
    tokenizer, run_c, chance = Llama2cTokenizer(data), RunC(data), np.random.default_rng(1)
    space = run_c.ids[b" "]
    often = [0, 1, 2, 3 + 0x20, 3 + 0xE7, space, space, 300, 310]
    rows = [chance.choice(often, chance.integers(8)).tolist() for _ in range(500)]
    rows += [chance.integers(0, tokenizer.vocabulary_size, 12).tolist() for _ in range(200)]
    found = tokenizer.detokenize(tf.ragged.constant(rows, tf.int32)).numpy().tolist()
    assert found == [run_c.decode(row) for row in rows]


def test_bytes_that_are_no_utf8(data):
    tokenizer = Llama2cTokenizer(data)
    assert tokenizer(b"\xff").numpy().tolist() == tokenizer("\ufffd").numpy().tolist()
    assert tokenizer(b"\0").numpy().tolist()[-1] == 3


def test_ids_and_names(data, tmp_path):
    (tmp_path / "tok.bin").write_bytes(data)
    tokenizer = sentence_piece_from_llama2c(tmp_path / "tok.bin")
    assert (tokenizer.start_id, tokenizer.end_id, tokenizer.unknown_id, tokenizer.padding_id) == (1, 2, 0, 0)
    assert tokenizer.tokens[:4] == ["<unk>", "<s>", "</s>", "<0x00>"] and tokenizer.stop_ids == (2,)
    twin = Llama2cTokenizer.from_config(json.loads(json.dumps(tokenizer.get_config())))
    tokenizer.save_assets(tmp_path / "saved")
    assert (tmp_path / "saved" / "tokenizer.bin").read_bytes() == data
    for other in (twin, load_tokenizer(tmp_path / "saved")):
        assert type(other) is Llama2cTokenizer and other.tokens == tokenizer.tokens
        assert other(["the 猫\n"]).to_list() == tokenizer(["the 猫\n"]).to_list()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\1\0\0\0", "does not begin with"),
        (b"a text file, not a tokenizer\n" * 99, "not a tokenizer of llama2.c"),
        (packed(SPECIALS[1:]), "does not begin with"),
        (packed(SPECIALS), "does not begin with"),
        (packed([*SPECIALS, ("a", 0.0)]), "no piece for a space"),
        (packed([*SPECIALS, (" ", 0.0)])[:-1], "piece 259 has 1 bytes but only 0 are left"),
        (packed([*SPECIALS, (" ", 0.0)]) + b"\0\0", "the file ends inside piece 260"),
        (packed([*SPECIALS, (" ", float("inf"))]), "piece 259 has the score inf"),
        (packed([*SPECIALS, (" ", 0.0), (" ", 0.0)]), "a piece occurs twice"),
        (packed([*SPECIALS, (" ", 0.0), ("ab", 0.0)]), "'ab' has a character that is no piece"),
        (packed([*SPECIALS, (" ", 0.0), ("<unk", 0.0), *((c, 0.0) for c in "<unk>")]), "'<unk>' could be merged"),
        (packed([*SPECIALS, (" ", 0.0)]).replace(b" ", b"\xff"), "can't decode"),
    ],
)
def test_what_is_no_such_file(tmp_path, content, message):
    (tmp_path / "tok.bin").write_bytes(content)
    with pytest.raises(UserError, match=message) as caught:
        sentence_piece_from_llama2c(tmp_path / "tok.bin")
    assert "\n" not in str(caught.value) and str(tmp_path) in str(caught.value)


@pytest.mark.data
def test_the_tokenizer_of_stories260k():
    path = Path(os.environ.get("LANGZOO_DATA", "")) / "stories260K" / "tok512.bin"
    if "LANGZOO_DATA" not in os.environ or not path.is_file():
        pytest.skip("LANGZOO_DATA names no folder with stories260K/tok512.bin")
    check_equal(path.read_bytes(), [line[:100] for line in mixed_lines(10_000)])
    tokenizer = sentence_piece_from_llama2c(path)
    assert tokenizer("Once upon a time").numpy().tolist() == [403, 407, 261, 378]
