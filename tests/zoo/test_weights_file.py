import errno
import os
import stat
from pathlib import Path

import keras
import ml_dtypes
import numpy as np
import pytest
import safetensors.numpy
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.weights_file import assign_tensors, read_tensors, write_tensors

TENSORS = {
    "b/kernel": np.arange(12, dtype=np.float32).reshape(3, 4),
    "a/scalar": np.array(7, np.int64),
    "empty": np.zeros((0, 4), np.float32),
    "half": np.array([1.5, -2], ml_dtypes.bfloat16),
    "flags": np.array([True, False]),
    "transposed": np.arange(6, dtype=np.float64).reshape(2, 3).T,
    "猫": np.array([np.nan, np.inf, -0.0], np.float16),
}
METADATA = {"step": "12", "名": "猫"}


@pytest.fixture
def path(tmp_path):
    write_tensors(tmp_path / "w.safetensors", TENSORS, METADATA)
    return tmp_path / "w.safetensors"


def damaged(path, message):
    with pytest.raises(UserError, match=message) as error:
        read_tensors(path)
    assert "\n" not in str(error.value) and str(path) in str(error.value)


def test_comes_back_bit_by_bit(path):
    tensors, metadata = read_tensors(path)
    assert metadata == METADATA and tensors.keys() == TENSORS.keys()
    for name, expected in TENSORS.items():
        assert (tensors[name].dtype, tensors[name].shape) == (expected.dtype, expected.shape), name
        assert tensors[name].tobytes() == expected.tobytes(), name


def test_is_an_ordinary_safetensors_file_of_ordinary_permissions(path):
    np.testing.assert_array_equal(safetensors.numpy.load_file(path)["b/kernel"], TENSORS["b/kernel"])
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask


def test_the_same_content_is_the_same_file(path, tmp_path):
    other = tmp_path / "other.safetensors"
    write_tensors(other, dict(reversed(TENSORS.items())), METADATA)
    assert path.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("size", [0, 4, 8, 100, -1])
def test_truncated(path, size):
    content = path.read_bytes()
    path.write_bytes(content[:size])
    damaged(path, "is damaged")


def test_every_flipped_byte_is_seen(path):
    """In steps, so that header, names, metadata and data are all hit."""
    content = path.read_bytes()
    for place in [*range(0, len(content), 7), len(content) - 1]:
        flipped = bytearray(content)
        flipped[place] ^= 1
        path.write_bytes(flipped)
        with pytest.raises(UserError):
            read_tensors(path)


def test_a_header_beyond_all_bounds(path):
    path.write_bytes((2**60).to_bytes(8, "little") + path.read_bytes()[8:])
    damaged(path, "is damaged")


@pytest.mark.parametrize("content", [b"\x80\x04K\x01.", b"not a weights file at all", b"\x10" + bytes(7) + b"{" * 16])
def test_something_else(path, content):
    path.write_bytes(content)
    damaged(path, "is damaged")


@pytest.mark.parametrize("metadata", [None, {"format": "pt"}])
def test_a_file_of_somebody_else_carries_no_hash(tmp_path, metadata):
    path = tmp_path / "foreign.safetensors"
    safetensors.numpy.save_file({"a": np.zeros(3)}, path, metadata=metadata)
    damaged(path, "carries no hash, so langzoo did not write it")


def test_altered_metadata_is_seen(path):
    path.write_bytes(path.read_bytes().replace(rb"\"step\": \"12\"", rb"\"step\": \"13\""))
    damaged(path, "hash does not match")


def test_missing_or_a_folder(tmp_path):
    damaged(tmp_path / "nowhere", "is missing")
    damaged(tmp_path, "is a folder")


@pytest.mark.parametrize("where", ["write", "replace"])
def test_a_full_disk_leaves_the_old_file(path, monkeypatch, where):
    before = path.read_bytes()

    def full(*arguments, **options):
        if where == "write":
            Path(arguments[1]).write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(*((safetensors.numpy, "save_file") if where == "write" else (os, "replace")), full)
    with pytest.raises(OSError, match="No space left"):
        write_tensors(path, {"a": np.zeros(3)})
    assert path.read_bytes() == before and [p.name for p in path.parent.iterdir()] == [path.name]


def variables(**shapes):
    layer = keras.layers.Layer(name="layer")
    weights = [layer.add_weight(shape=shape, name=name, initializer="zeros") for name, shape in shapes.items()]
    return {weight.path: weight for weight in weights}


def test_assign_fills_every_variable():
    weights = variables(kernel=(2, 2), scale=())
    kernel, scale = weights.values()
    assign_tensors(weights, {kernel.path: np.ones((2, 2)), scale.path: np.array(3.0)}, "w")
    np.testing.assert_array_equal(kernel.numpy(), np.ones((2, 2)))
    assert float(scale.numpy()) == 3


@pytest.mark.parametrize(
    "shapes, message",
    [
        ({"kernel": (2, 2)}, "it lacks .*scale .1 missing, 0 unused"),
        ({"kernel": (2, 2), "scale": (), "more": (1,)}, "the model has no .*more .0 missing, 1 unused"),
        ({"kernel": (2, 3), "scale": ()}, r"kernel has shape \(2, 3\), not \(2, 2\)"),
    ],
)
def test_assign_refuses_another_models_weights_and_changes_nothing(shapes, message):
    weights = variables(kernel=(2, 2), scale=())
    prefix = next(iter(weights)).removesuffix("kernel")
    with pytest.raises(UserError, match=f"w belongs to another model: .*{message}"):
        assign_tensors(weights, {prefix + name: np.ones(shape) for name, shape in shapes.items()}, "w")
    assert not any(np.any(weight.numpy()) for weight in weights.values())
