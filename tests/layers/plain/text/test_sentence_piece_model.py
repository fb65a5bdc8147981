import struct

import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.plain.text.sentence_piece_model import (
    BPE,
    CONTROL,
    NORMAL,
    UNIGRAM,
    UNKNOWN,
    SentencePieceModel,
    build_model,
)
from sentencepiece import SentencePieceProcessor, sentencepiece_model_pb2

PIECES = [("<unk>", 0.0, UNKNOWN), ("</s>", 0.0, CONTROL), ("▁", -1.0, NORMAL), ("猫", -2.0, NORMAL)]


def test_ids_are_those_of_the_library():
    data = build_model([*PIECES, ("<s>", 0.0, NORMAL), ("<pad>", 0.0, CONTROL)], model_type=UNIGRAM)
    model, processor = SentencePieceModel(data), SentencePieceProcessor(model_proto=data)
    assert model.pieces == tuple(processor.id_to_piece(range(6)))
    assert (model.unknown_id, model.end_id, model.padding_id) == (0, 1, 5)
    assert model.begin_id is None and processor.bos_id() == -1  # a normal piece of that name is none
    assert model.drops_one_space


def test_added_pieces():
    extended = SentencePieceModel(SentencePieceModel(build_model(PIECES, model_type=BPE)).with_pieces(["<x>"]))
    assert extended.pieces[4:] == ("<x>",) and extended.unknown_id == 0
    processor = SentencePieceProcessor(model_proto=extended.data)
    assert processor.encode("猫<x>") == [2, 3, 4]


def test_settings_are_read_where_they_are_named_otherwise():
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(build_model(PIECES, model_type=UNIGRAM))
    proto.trainer_spec.eos_piece = "猫"
    proto.pieces[3].type = CONTROL
    proto.normalizer_spec.remove_extra_whitespaces = True
    model = SentencePieceModel(proto.SerializeToString())
    assert model.end_id == 3 and not model.drops_one_space


def table(units, replacements=b"a\0", size=None):
    content = np.zeros(256, "<u4")
    content[: len(units)] = units
    table = struct.pack("<I", 1024 if size is None else size) + content.tobytes() + replacements
    return build_model(PIECES, model_type=UNIGRAM) + message(normalizer_spec={"precompiled_charsmap": table})


def message(**fields):
    return sentencepiece_model_pb2.ModelProto(**fields).SerializeToString()


def with_type(message, kind):
    """The last byte of the last field, an enumeration, set to another value."""
    return message[:-1] + bytes([kind])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "0 unknown pieces"),
        (b"\x80\x04\x95pickle", "damaged"),
        (b"a text file\n" * 9, "damaged"),
        (build_model(PIECES, model_type=UNIGRAM)[:-1], "Wire format was corrupt"),
        (build_model(PIECES[1:], model_type=UNIGRAM), "0 unknown pieces"),
        (build_model([*PIECES, PIECES[0]], model_type=UNIGRAM), "piece 4 occurs twice"),
        (build_model([*PIECES, ("", 0.0, NORMAL)], model_type=UNIGRAM), "piece 4 has 0 bytes"),
        (build_model([*PIECES, ("a" * 4097, 0.0, NORMAL)], model_type=UNIGRAM), "piece 4 has 4,097 bytes"),
        (build_model([*PIECES, ("a", float("nan"), NORMAL)], model_type=UNIGRAM), "piece 4 has the score nan"),
        (
            with_type(message(pieces=[{"piece": "<unk>", "score": 0, "type": UNKNOWN}]), 9),
            "piece 0 is of an unknown type",
        ),
        (build_model(PIECES, model_type=UNIGRAM) + with_type(message(trainer_spec={"model_type": 1}), 7), "model type"),
        (b"\x08\x03", "0 unknown pieces"),
        (b"\x0a\x03\x0a\x01\xff", "piece 0 is not UTF-8"),
        (table([], size=4096), "impossible size"),
        (table([], size=2), "impossible size"),
        (table([300 << 10]), "points outside itself"),  # to a unit behind the last
        (table([2**31]), "points outside itself"),  # no root
        (table([1 << 10 | 1 << 8, 2**31 + 2]), "points outside itself"),  # to a replacement behind the last
        (table([1 << 10 | 1 << 8, 2]), "points outside itself"),  # the same, where no value is
        (table([1 << 10], b"no end"), "points outside itself"),
    ],
)
def test_what_is_no_model(data, reason):
    with pytest.raises(UserError, match=reason) as caught:
        SentencePieceModel(data)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300


def test_a_table_that_stays_inside_is_taken():
    assert SentencePieceModel(table([1 << 10 | 1 << 8, 2**31 + 1])).pieces[3] == "猫"
