import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.foreign import SafetensorsSource
from langzoo.zoo.foreign.renamed_tensors import RenamedTensors
from safetensors.numpy import save_file

NAMES = {"a/kernel": ("a.weight", True), "a/conv": ("a.conv", False)}


@pytest.fixture
def source(tmp_path):
    arrays = {name: np.arange(6, dtype=np.float32) for name in ("a/kernel", "a/conv", "other")}
    shapes = {"a/kernel": (2, 3), "a/conv": (1, 3, 2), "other": (1, 2, 3)}
    path = tmp_path / "x.safetensors"
    save_file({name: array.reshape(shapes[name]) for name, array in arrays.items()}, path)
    return SafetensorsSource([path])


def test_names_and_shapes(source):
    renamed = RenamedTensors(source, NAMES.get)
    assert {name: renamed.shape(name) for name in renamed} == {"a.weight": (3, 2), "a.conv": (3, 2), "other": (1, 2, 3)}
    assert renamed["a.weight"].tolist() == [[0, 3], [1, 4], [2, 5]]
    assert renamed["a.conv"].tolist() == [[0, 1], [2, 3], [4, 5]]
    assert renamed["other"].shape == (1, 2, 3)


def test_one_name_for_two(source):
    with pytest.raises(UserError, match=r"twice, as a/conv and as a/kernel|twice, as a/kernel and as a/conv"):
        RenamedTensors(source, lambda name: ("a.weight", False) if name != "other" else None)
