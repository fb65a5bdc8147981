import json
import re
import subprocess
import sys

import ml_dtypes
import numpy as np
import pytest
import safetensors.numpy
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.foreign import open_hugging_face

TENSORS = {
    "a.weight": np.linspace(-3, 3, 6, dtype=np.float32).reshape(2, 3),
    "b.weight": np.array([1.5, -2.25, 1e-3], np.float16),
    "c.weight": np.array([[1.5, -3e38], [1e-30, 0]], ml_dtypes.bfloat16),
    "position_ids": np.arange(4, dtype=np.int64),
    "empty": np.zeros((0, 3), np.float32),
}
SHARDS = {"one.safetensors": ["a.weight", "b.weight"], "two.safetensors": ["c.weight", "position_ids", "empty"]}


@pytest.fixture
def folder(tmp_path):
    for shard, names in SHARDS.items():
        safetensors.numpy.save_file({name: TENSORS[name] for name in names}, tmp_path / shard)
    write_index(tmp_path, {})
    return tmp_path


def write_index(folder, changes):
    weight_map = {name: shard for shard, names in SHARDS.items() for name in names}
    weight_map = {name: shard for name, shard in {**weight_map, **changes}.items() if shard is not None}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": weight_map}))


def check(tensors):
    assert set(tensors) == set(TENSORS) and tensors.size() == sum(array.size for array in TENSORS.values())
    for name, expected in TENSORS.items():
        assert tensors.shape(name) == expected.shape
        assert tensors[name].dtype == np.float32
        np.testing.assert_array_equal(tensors[name], expected.astype(np.float32))
    assert tensors.read("b.weight", None).dtype == np.float16
    assert tensors.read("position_ids", None).dtype == np.int64


def test_one_file(tmp_path):
    safetensors.numpy.save_file(TENSORS, tmp_path / "model.safetensors")
    check(open_hugging_face(tmp_path))


def test_shards(folder):
    tensors = open_hugging_face(folder)
    check(tensors)
    assert tensors.file("c.weight").name == "two.safetensors"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"a.weight": "three.safetensors"}, r"three\.safetensors is missing"),
        ({"a.weight": "two.safetensors"}, r"'a\.weight' is not in two\.safetensors"),
        ({"d.weight": "two.safetensors"}, r"'d\.weight' is not in two\.safetensors"),
        ({"a.weight": None}, r"does not name tensor 'a\.weight' of one\.safetensors"),
        ({"a.weight": "../one.safetensors"}, r"names the shard '\.\./one\.safetensors', which is no"),
        ({"a.weight": "/etc/passwd"}, "names the shard '/etc/passwd'"),
        ({"a.weight": "c:one.safetensors"}, "names the shard"),
        ({"a.weight": "..\\one.safetensors"}, "names the shard"),
        ({"a.weight": "one.bin"}, "names the shard"),
        ({"a.weight": 7}, "names the shard '7'"),
    ],
)
def test_an_index_that_lies(folder, changes, message):
    write_index(folder, changes)
    with pytest.raises(UserError, match=message) as caught:
        open_hugging_face(folder)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", ["{}", '{"weight_map": {}}', '{"weight_map": [1]}'])
def test_an_index_of_nothing(folder, content):
    (folder / "model.safetensors.index.json").write_text(content)
    with pytest.raises(UserError, match="has no weight_map"):
        open_hugging_face(folder)


def test_damaged_shards(folder):
    whole = (folder / "two.safetensors").read_bytes()
    (folder / "two.safetensors").write_bytes(whole[:-3])
    with pytest.raises(UserError, match=r"two\.safetensors is not a safetensors file, .*not fully covered"):
        open_hugging_face(folder)
    (folder / "two.safetensors").write_bytes((folder / "one.safetensors").read_bytes())
    with pytest.raises(UserError, match=r"is in one\.safetensors too"):
        open_hugging_face(folder)


def test_a_file_that_shrinks_after_it_was_opened(folder):
    tensors = open_hugging_face(folder)
    for shard in SHARDS:
        (folder / shard).write_bytes(b"")
    with pytest.raises(UserError, match="or is damaged"):
        tensors.read("a.weight")


def test_no_weights(tmp_path):
    with pytest.raises(UserError, match=r"holds no model\.safetensors"):
        open_hugging_face(tmp_path)


def test_a_pickle_is_not_opened(tmp_path):
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04K\x01.")
    with pytest.raises(UserError, match="may run any code") as caught:
        open_hugging_face(tmp_path)
    assert "\n" not in str(caught.value) and "python -c" in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize("names", [["pytorch_model.bin"], ["pytorch_model-1-of-2.bin", "pytorch_model-2-of-2.bin"]])
def test_the_command_of_the_refusal_converts(tmp_path, names):
    torch = pytest.importorskip("torch")
    parts = [{"a": torch.arange(6.0).reshape(2, 3).T}, {"b": torch.ones(2, dtype=torch.bfloat16)}]
    parts[0]["tied"] = parts[0]["a"]
    if len(names) == 1:
        parts = [{**parts[0], **parts[1]}]
    else:
        (tmp_path / "pytorch_model.bin.index.json").write_text("{}")
    for name, part in zip(names, parts, strict=True):
        torch.save(part, tmp_path / name)
    with pytest.raises(UserError) as caught:
        open_hugging_face(tmp_path)
    found = re.search(r'python -c "(.*)"$', str(caught.value))
    assert found
    subprocess.run([sys.executable, "-c", found[1]], cwd=tmp_path, check=True)
    tensors = open_hugging_face(tmp_path)
    np.testing.assert_array_equal(tensors["tied"], np.arange(6.0).reshape(2, 3).T)
    np.testing.assert_array_equal(tensors["b"], np.ones(2))
