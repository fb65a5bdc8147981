"""Protocol Buffers as they lie on disk: just enough to read and write a SentencePiece model.

The encoding: https://protobuf.dev/programming-guides/encoding
"""

import struct
from collections.abc import Iterator

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5  # wire types; 3 and 4, groups, are long out of use
_MAX_VARINT_BYTES = 10


def read_fields(message: bytes) -> Iterator[tuple[int, int | float | bytes]]:
    """The fields of a message, in the order of the file.

    Args:
        message: the bytes of one message.

    Yields:
        The field's number, and an int (not negative), a float or bytes, by how it is stored.

    Raises:
        ValueError: not a message: cut short, or a length, a number or a type that cannot be.

    Example:
        >>> list(read_fields(write_field(1, "猫".encode()) + write_field(2, -0.5) + write_field(3, 300)))
        [(1, b'\\xe7\\x8c\\xab'), (2, -0.5), (3, 300)]
    """
    place, end = 0, len(message)
    while place < end:
        key, place = _read_varint(message, place)
        number, wire_type = key >> 3, key & 7
        if not 0 < number < 2**29:
            raise ValueError(f"field number {number} at byte {place}")
        if wire_type == _VARINT:
            value, place = _read_varint(message, place)
            yield number, value
            continue
        if wire_type == _BYTES:
            size, place = _read_varint(message, place)
        elif wire_type in (_FIXED32, _FIXED64):
            size = 4 if wire_type == _FIXED32 else 8
        else:
            raise ValueError(f"wire type {wire_type} at byte {place}")
        if size > end - place:
            raise ValueError(f"a field of {size:,} bytes where {end - place:,} are left")
        content = message[place : place + size]
        place += size
        if wire_type == _BYTES:
            yield number, content
        else:
            yield number, struct.unpack("<f" if wire_type == _FIXED32 else "<d", content)[0]


def write_field(number: int, value: int | float | bytes) -> bytes:
    """One field: an int (not negative) as a varint, a float as 32 bits, bytes with their length.

    Args:
        number: the field's number.
        value: what it holds.

    Returns:
        Bytes to put behind those of the other fields.

    Example:
        >>> write_field(3, 1), write_field(1, b"a")
        (b'\\x18\\x01', b'\\n\\x01a')
    """
    if isinstance(value, bytes):
        return _write_varint(number << 3 | _BYTES) + _write_varint(len(value)) + value
    if isinstance(value, float):
        return _write_varint(number << 3 | _FIXED32) + struct.pack("<f", value)
    return _write_varint(number << 3 | _VARINT) + _write_varint(value)


def _read_varint(message: bytes, place: int) -> tuple[int, int]:
    value = 0
    for index in range(_MAX_VARINT_BYTES):
        if place >= len(message):
            raise ValueError("a number is cut short")
        byte = message[place]
        place += 1
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, place
    raise ValueError(f"a number of more than {_MAX_VARINT_BYTES} bytes at byte {place}")


def _write_varint(value: int) -> bytes:
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
