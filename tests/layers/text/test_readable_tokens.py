import os
from pathlib import Path

import pytest
from langzoo.layers.plain.text.byte_pair_files import read_encoder
from langzoo.layers.plain.text.byte_pair_tokens import byte_alphabet
from langzoo.layers.text import ByteLevelBPETokenizer
from langzoo.layers.text.readable_tokens import readable_tokens
from langzoo.trainers.vocabularies import train_tokenizer


def test_characters_and_bytes_that_are_none():
    def written(data):
        return "".join(byte_alphabet()[byte] for byte in data)

    cases = {
        " 酒店".encode(): "Ġ酒店",
        "酒".encode()[:2]: "<0xE9><0x85>",
        b"\x92" + "a猫".encode() + b"\xe7\x8c": "<0x92>a猫<0xE7><0x8C>",
        b"\xed\xa0\x80": "<0xED><0xA0><0x80>",
        b"\n": r"\n",
        b"\x00": r"\x00",
        b"  x\\": "ĠĠx\\",
        "\u200b\u3000".encode(): r"\u200b\u3000",
        "😀".encode(): "😀",
    }
    assert readable_tokens(map(written, cases), special_tokens=[]) == list(cases.values())


def test_all_names_differ():
    written = ["Ġ", "Äł", "<0xE7>", "ç", "<s>", "\u732b", "çĮ«", "<0xE7>x", "çx"]
    names = readable_tokens(written, special_tokens=["<s>"])
    assert len(set(names)) == len(names) and names[0] == "Ġ" and names[4] == "<s>"


def test_a_tokenizer_knows_its_tokens_by_readable_names():
    tokenizer = train_tokenizer("bpe", ["酒店很好，酒店 the hotel\n" * 3], size=290)
    assert isinstance(tokenizer, ByteLevelBPETokenizer)
    assert len(set(tokenizer.tokens)) == tokenizer.vocabulary_size
    assert tokenizer.token_to_id("酒店") == tokenizer("酒店").numpy().tolist()[0]
    assert tokenizer.id_to_token(tokenizer.token_to_id("\n")) == r"\n"
    assert all(tokenizer.token_to_id(name) == token_id for token_id, name in enumerate(tokenizer.tokens))


@pytest.mark.data
def test_published_vocabularies():
    path = Path(os.environ.get("LANGZOO_DATA", "")) / "vocab" / "gpt2-encoder.json"
    if "LANGZOO_DATA" not in os.environ or not path.is_file():
        pytest.skip("LANGZOO_DATA names no folder with vocab/gpt2-encoder.json")
    tokens = read_encoder(path)
    names = readable_tokens(tokens, special_tokens=["<|endoftext|>"])
    assert len(set(names)) == len(names) == 50_257
    assert names[50_256] == "<|endoftext|>" and names[262] == "Ġthe" and names[198] == r"\n"
