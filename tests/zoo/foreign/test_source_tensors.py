import subprocess
import sys

import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.foreign import SourceTensors


class Two(SourceTensors):
    ignored = ("step",)
    reads: list

    def __init__(self):
        self.reads = []

    @property
    def _shapes(self):
        return {"b.weight": (2, 3), "a.bias": ()}

    def _read(self, name):
        self.reads.append(name)
        return np.full(self._shapes[name], 1.5, np.float16)


def test_a_mapping_that_reads_what_is_asked_for():
    with Two() as tensors:
        assert list(tensors) == list(tensors.names) == ["b.weight", "a.bias"] and len(tensors) == 2
        assert tensors.shape("b.weight") == (2, 3) and tensors.size() == 7
        assert "a.bias" in tensors and "step" not in tensors and tensors.get("step") is None
        assert tensors.reads == []
        assert tensors["a.bias"].dtype == np.float32 and tensors.reads == ["a.bias"]
        assert tensors.read("a.bias", None).dtype == np.float16
        assert tensors.read("a.bias", np.float64) == 1.5
    with pytest.raises(KeyError):
        _ = tensors["b.wieght"]
    for ask in (tensors.read, tensors.shape):
        with pytest.raises(UserError, match=r"unknown tensor 'b.wieght'. Did you mean b.weight\?"):
            ask("b.wieght")


def test_tensorflow_is_not_needed():
    code = "import sys, langzoo.zoo.foreign; print([m for m in ('tensorflow', 'keras', 'torch') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stdout.strip() == "[]", run.stderr
