import json
import struct

import numpy as np
import pytest
import safetensors.numpy
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.foreign import SafetensorsSource


def entry(dtype="F32", shape=(2,), offsets=(0, 8), **more):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets), **more}


def write(path, header, data=bytes(8), size=None):
    content = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(content) if size is None else size) + content + data)


def test_order_and_shapes(tmp_path):
    path = tmp_path / "w.safetensors"
    tensors = {"b": np.ones((2, 3), np.float16), "猫": np.zeros((), np.int64), "empty": np.zeros((0, 4), np.float32)}
    safetensors.numpy.save_file(tensors, path, metadata={"format": "pt"})
    found = SafetensorsSource([path])
    assert {name: found.shape(name) for name in found} == {"b": (2, 3), "猫": (), "empty": (0, 4)}
    assert [name for name in found if name != "empty"] == ["猫", "b"]  # as they lie in the file


@pytest.mark.parametrize(
    ("header", "options", "message"),
    [
        ({"a": entry()}, {"size": 2**60}, "header too large"),
        ({"a": entry()}, {"size": 0}, "invalid JSON in header"),
        ({"a": entry()}, {"size": 90_000_000}, "invalid header length"),
        ({"a": entry()}, {"size": 20}, "invalid (JSON|UTF-8) in header"),
        (b"[1]", {}, "invalid JSON in header"),
        (b'{"a": 1, "a": 1}', {}, "invalid JSON in header"),
        (b"\xff\xff", {}, "invalid (JSON|UTF-8) in header"),
        (b"[" * 100_000, {}, "invalid (JSON|UTF-8) in header"),
        ({"a": 3}, {}, "invalid JSON in header"),
        ({"a": {"dtype": "F32"}}, {}, "invalid JSON in header"),
        ({"a": entry("F8_E4M3", (8,))}, {}, "is of type 'F8_E4M3', which cannot be read"),
        ({"a": entry(["F32"])}, {}, "invalid JSON in header"),
        ({"a": entry(shape=(-2,))}, {}, "invalid value: integer `-2`"),
        ({"a": entry(shape=(2.0,))}, {}, "invalid JSON in header"),
        ({"a": entry(shape=(True, 2))}, {}, "invalid JSON in header"),
        ({"a": entry(shape=(*(1,) * 40, 2))}, {}, "'a' has 41 axes"),
        ({"a": entry(shape=(2**62, 2**62, 2**62))}, {}, "overflow"),
        ({"a": entry(shape=(3,))}, {}, "invalid shape, data type, or offset"),
        ({"a": entry("F64")}, {}, "invalid shape, data type, or offset"),
        ({"a": entry(offsets=(8, 0))}, {}, "invalid offset for tensor `a`"),
        ({"a": entry(offsets=(0, 8, 16))}, {}, "invalid JSON in header"),
        ({"a": entry(offsets=(-8, 0))}, {}, "invalid JSON in header"),
        ({"a": entry(offsets=(4, 12))}, {}, "invalid offset for tensor `a`"),
        ({"a": entry(), "b": entry()}, {"data": bytes(16)}, "invalid offset for tensor `[ab]`"),
        ({"a": entry(), "b": entry(offsets=(4, 12))}, {"data": bytes(12)}, "invalid offset for tensor `[ab]`"),
        ({"a": entry(shape=(4,), offsets=(0, 16))}, {}, "file not fully covered"),
        ({"a\n\x1b[2J": entry(offsets=(4, 12))}, {}, r"tensor `a\\n\\x1b\[2J`"),
        ({"a": entry()}, {"data": bytes(9)}, "file not fully covered"),
    ],
)
def test_headers_that_lie(tmp_path, header, options, message):
    path = tmp_path / "w.safetensors"
    write(path, header, **options)
    with pytest.raises(UserError, match=message) as caught:
        SafetensorsSource([path])
    assert "\n" not in str(caught.value) and str(path) in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\x01\x02", b"\x80\x04K\x01."])
def test_too_short_for_a_header(tmp_path, content):
    (tmp_path / "w").write_bytes(content)
    with pytest.raises(UserError, match="is not a safetensors file"):
        SafetensorsSource([tmp_path / "w"])


def test_missing(tmp_path):
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(UserError, match="is missing"):
            SafetensorsSource([path])
