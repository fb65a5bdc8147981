import struct

import pytest
from langzoo.layers.plain.text.protobuf_wire import read_fields, write_field
from sentencepiece import sentencepiece_model_pb2


def test_it_is_what_protocol_buffers_write():
    model = sentencepiece_model_pb2.ModelProto()
    model.pieces.add(piece="猫", score=-0.25, type=4)
    model.trainer_spec.vocab_size = 70_000
    piece = write_field(1, "猫".encode()) + write_field(2, -0.25) + write_field(3, 4)
    trainer = write_field(4, 70_000)
    assert write_field(1, piece) + write_field(2, trainer) == model.SerializeToString()
    assert [(number, list(read_fields(value))) for number, value in read_fields(model.SerializeToString())] == [
        (1, [(1, "猫".encode()), (2, -0.25), (3, 4)]),
        (2, [(4, 70_000)]),
    ]


def test_doubles_and_large_numbers():
    assert list(read_fields(b"\x09" + struct.pack("<d", 0.1))) == [(1, 0.1)]
    assert list(read_fields(write_field(536_870_911, 2**63))) == [(536_870_911, 2**63)]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (b"\x0a\x05abc", "a field of 5 bytes where 3 are left"),
        (b"\x0d\x00\x00", "a field of 4 bytes where 2 are left"),
        (b"\x08", "cut short"),
        (b"\x08\xff", "cut short"),
        (b"\x08" + b"\xff" * 11, "more than 10 bytes"),
        (b"\x00\x01", "field number 0"),
        (b"\x0b", "wire type 3"),
        (b"\x0a" + b"\xff" * 9 + b"\x01", "where 0 are left"),
    ],
)
def test_what_is_no_message(message, reason):
    with pytest.raises(ValueError, match=reason):
        list(read_fields(message))
