"""Models in which much is equally likely, unused, unknown or taken always."""

import random

import pytest
from langzoo.layers.plain.text.sentence_piece_model import (
    BPE,
    BYTE,
    CHARACTER,
    CONTROL,
    NORMAL,
    UNIGRAM,
    UNKNOWN,
    UNUSED,
    USER_DEFINED,
    WORD,
    build_model,
)
from langzoo.layers.text import SentencePieceTokenizer
from langzoo.serving.text.plain_sentence_piece_tokenizer import PlainSentencePieceTokenizer

FIRST = [("<unk>", 0.0, UNKNOWN), ("</s>", 0.0, CONTROL), ("▁", -2.0, NORMAL)]
BYTES = [(f"<0x{byte:02X}>", 0.0, BYTE) for byte in range(256)]


def random_model(source, model_type):
    words = sorted({"".join(source.choices("abc猫", k=source.randrange(1, 5))) for _ in range(14)})
    words += [f"▁{word}" for word in words if source.random() < 0.3]
    kinds = (NORMAL, NORMAL, NORMAL, USER_DEFINED, UNUSED)
    low, high = source.choice(((-9, -0.5), (-9, 9)))
    pieces = [(word, source.choice((-1.0, -2.0, source.uniform(low, high))), source.choice(kinds)) for word in words]
    byte_fallback = source.random() < 0.4
    return build_model(
        [*FIRST, *(BYTES if byte_fallback else []), *pieces],
        model_type=model_type,
        byte_fallback=byte_fallback,
        escape_spaces=source.random() < 0.7,
    )


@pytest.mark.parametrize("model_type", [UNIGRAM, BPE, WORD, CHARACTER])
def test_ids_are_those_of_tensorflow_text(model_type):
    source = random.Random(model_type)
    for _ in range(25):
        model, extra_ids = random_model(source, model_type), source.choice((0, 2))
        lines = ["".join(source.choices("abc猫d ", k=source.randrange(25))).encode() for _ in range(60)]
        lines += [b"a\0b\xff c", b"\xe2\xffab", "＜extra_id_0＞a".encode(), b"\xff<extra_id_1>\xff<extra_id_2>"]
        plain = PlainSentencePieceTokenizer(model, extra_ids=extra_ids)
        found = [plain.encode_bytes(line) for line in lines]
        assert found == SentencePieceTokenizer(model, extra_ids=extra_ids)(lines).to_list()


def test_the_highest_sum_of_scores_by_hand():
    """ "abab" is ab + ab (-4), not aba + b (-4.5) or a + ba + b (-5); "d" is unknown, and so is "dd", as one."""
    pieces = [
        ("a", -1.5, NORMAL),
        ("b", -1.5, NORMAL),
        ("ab", -2.0, NORMAL),
        ("ba", -2.0, NORMAL),
        ("aba", -3.0, NORMAL),
    ]
    plain = PlainSentencePieceTokenizer(build_model([*FIRST, *pieces], model_type=UNIGRAM))
    assert plain.encode("abab") == [2, 5, 5] and plain.encode("aba") == [2, 7]
    assert plain.encode("ddad") == [2, 0, 3, 0] and plain.encode("") == []
