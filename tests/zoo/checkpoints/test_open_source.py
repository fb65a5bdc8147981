import json
import struct

import numpy as np
import pytest
import safetensors.numpy
from langzoo.layers.errors import UserError
from langzoo.zoo.checkpoints import open_source

from tests.zoo.checkpoints.foreign_files import llama2c_file, save_checkpoint


def test_hugging_face(tmp_path):
    safetensors.numpy.save_file({"a": np.ones(2, np.float32)}, tmp_path / "model.safetensors")
    with pytest.raises(UserError, match=r"config\.json is missing"):
        open_source(tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "gpt2"}')
    source = open_source(tmp_path)
    assert (source.kind, source.config, source.tensors.names) == ("hugging_face", {"model_type": "gpt2"}, ("a",))
    with pytest.raises(UserError, match="is one file of a model: name its folder"):
        open_source(tmp_path / "model.safetensors")


@pytest.mark.parametrize("config", ["bert_config.json", "hparams.json"])
def test_tensorflow(tmp_path, config):
    save_checkpoint(tmp_path / "model.ckpt", {"a": np.ones(2, np.float32)})
    with pytest.raises(UserError, match=r"holds no bert_config\.json and no hparams\.json"):
        open_source(tmp_path)
    (tmp_path / config).write_text(json.dumps({"n_layer": 3}))
    for path in (tmp_path, tmp_path / "model.ckpt", tmp_path / "model.ckpt.index"):
        source = open_source(path)
        assert (source.kind, source.config, source.tensors.names) == ("tf_checkpoint", {"n_layer": 3}, ("a",))
        assert source.config_file == tmp_path / config


@pytest.mark.parametrize(("version", "name"), [(0, "stories.bin"), (1, "stories.bin"), (1, "stories")])
def test_llama2c(tmp_path, version, name):
    (tmp_path / name).write_bytes(llama2c_file(version)[0])
    source = open_source(tmp_path / name)
    assert source.kind == "llama2c" and source.config["hidden_size"] == 8 and len(source.tensors) == 20


def test_nothing_known(tmp_path):
    with pytest.raises(UserError, match="does not exist"):
        open_source(tmp_path / "none")
    (tmp_path / "notes.txt").write_bytes(struct.pack("<I", 7))
    with pytest.raises(UserError, match="name a checkpoint of TensorFlow's"):
        open_source(tmp_path / "notes.txt")
    with pytest.raises(UserError, match=r"config\.json is missing"):
        open_source(tmp_path)
