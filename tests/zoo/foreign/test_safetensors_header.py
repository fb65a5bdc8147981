import json
import struct

import numpy as np
import pytest
import safetensors.numpy
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.foreign.safetensors_header import read_header


def entry(dtype="F32", shape=(2,), offsets=(0, 8), **more):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets), **more}


def write(path, header, data=bytes(8), size=None):
    content = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(content) if size is None else size) + content + data)


def test_places(tmp_path):
    path = tmp_path / "w.safetensors"
    tensors = {"b": np.ones((2, 3), np.float16), "猫": np.zeros((), np.int64), "empty": np.zeros((0, 4), np.float32)}
    safetensors.numpy.save_file(tensors, path, metadata={"format": "pt"})
    places = read_header(path)
    assert {name: (place.dtype, place.shape) for name, place in places.items()} == {
        "b": ("F16", (2, 3)),
        "猫": ("I64", ()),
        "empty": ("F32", (0, 4)),
    }
    size = path.stat().st_size
    assert sorted(place.offset for name, place in places.items() if name != "empty") == [size - 20, size - 12]


@pytest.mark.parametrize(
    ("header", "options", "message"),
    [
        ({"a": entry()}, {"size": 2**60}, "a header of 1,152,921,504,606,846,976 bytes"),
        ({"a": entry()}, {"size": 0}, "a header of 0 bytes"),
        ({"a": entry()}, {"size": 90_000_000}, "cut short inside its header"),
        ({"a": entry()}, {"size": 20}, "it is not JSON"),
        (b"[1]", {}, "must hold a JSON object"),
        (b'{"a": 1, "a": 1}', {}, "a name is there twice"),
        (b"\xff\xff", {}, "it is not JSON"),
        (b"[" * 100_000, {}, "it is not JSON"),
        ({"a": 3}, {}, "'a' has no dtype, shape and data_offsets"),
        ({"a": {"dtype": "F32"}}, {}, "'a' has no dtype, shape and data_offsets"),
        ({"a": entry("F8_E4M3")}, {}, "is of type 'F8_E4M3', which cannot be read"),
        ({"a": entry(["F32"])}, {}, "cannot be read"),
        ({"a": entry(shape=(-2,))}, {}, r"has the shape \[-2\]"),
        ({"a": entry(shape=(2.0,))}, {}, r"has the shape \[2.0\]"),
        ({"a": entry(shape=(True, 2))}, {}, "has the shape"),
        ({"a": entry(shape=(1,) * 40)}, {}, "has the shape"),
        ({"a": entry(shape=(2**62, 2**62, 2**62))}, {}, "has 8 bytes where F32 of shape"),
        ({"a": entry(shape=(3,))}, {}, r"has 8 bytes where F32 of shape \(3,\) needs 12"),
        ({"a": entry("F64")}, {}, "needs 16"),
        ({"a": entry(offsets=(8, 0))}, {}, "has -8 bytes"),
        ({"a": entry(offsets=(0, 8, 16))}, {}, "has the offsets"),
        ({"a": entry(offsets=(-8, 0))}, {}, "has the offsets"),
        ({"a": entry(offsets=(4, 12))}, {}, "leaves a gap"),
        ({"a": entry(), "b": entry()}, {"data": bytes(16)}, "'b' overlaps the tensor before it"),
        ({"a": entry(), "b": entry(offsets=(4, 12))}, {"data": bytes(12)}, "overlaps"),
        ({"a": entry(shape=(4,), offsets=(0, 16))}, {}, "cut short, 8 bytes are missing"),
        ({"a": entry()}, {"data": bytes(9)}, "1 bytes that belong to no tensor"),
    ],
)
def test_headers_that_lie(tmp_path, header, options, message):
    path = tmp_path / "w.safetensors"
    write(path, header, **options)
    with pytest.raises(UserError, match=message) as caught:
        read_header(path)
    assert "\n" not in str(caught.value) and str(path) in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\x01\x02", b"\x80\x04K\x01."])
def test_too_short_for_a_header(tmp_path, content):
    (tmp_path / "w").write_bytes(content)
    with pytest.raises(UserError, match="is no safetensors file"):
        read_header(tmp_path / "w")


def test_missing(tmp_path):
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(UserError, match="is missing"):
            read_header(path)
