import json
import struct

import numpy as np
import pytest
import safetensors.numpy
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.foreign import open_source

from tests.zoo.foreign.foreign_files import llama2c_file, save_checkpoint


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


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22e\nsize 267954768\n"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("model.gguf", b"GGUF\x03", "is a GGUF file, quantised weights for llama.cpp.*gguf_file='model.gguf'"),
        ("model", b"GGUF\x03", "is a GGUF file"),
        ("model.onnx", b"\x08\x07", "is an ONNX graph, which is not read"),
        ("pytorch_model.bin", b"PK\x03\x04", "a pickle, which may run any code when it is read"),
        ("model.pt", b"\x80\x02", "in model.pt, a pickle"),
        ("consolidated.00.pth", b"PK\x03\x04", "a pickle"),
        ("tf_model.h5", b"\x89HDF", "holds weights of Keras or Flax"),
        ("flax_model.msgpack", b"\x82", "holds weights of Keras or Flax"),
        ("model.safetensors", LFS, "is a pointer of git-lfs, not the file itself: run git lfs pull in"),
        ("stories.bin", LFS, "is a pointer of git-lfs"),
    ],
)
def test_files_of_other_formats(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=message) as error:
        open_source(tmp_path / name)
    assert "\n" not in str(error.value)
    if name.endswith((".gguf", ".onnx")):
        with pytest.raises(UserError, match=message):
            open_source(tmp_path)  # its folder, without a config.json


def test_pointers_of_git_lfs_in_a_folder(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "gpt2"}')
    (tmp_path / "model.safetensors").write_bytes(LFS)
    with pytest.raises(UserError, match=r"model\.safetensors is a pointer of git-lfs"):
        open_source(tmp_path)


@pytest.mark.parametrize("ending", [".index", ".data-00000-of-00001"])
def test_pointers_of_git_lfs_in_a_checkpoint(tmp_path, ending):
    save_checkpoint(tmp_path / "model.ckpt", {"a": np.ones(2, np.float32)})
    (tmp_path / "hparams.json").write_text(json.dumps({"n_layer": 3}))
    (tmp_path / f"model.ckpt{ending}").write_bytes(LFS)
    with pytest.raises(UserError, match=rf"model\.ckpt\{ending} is a pointer of git-lfs"):
        open_source(tmp_path)


def test_an_adapter(tmp_path):
    (tmp_path / "adapter_config.json").write_text('{"base_model_name_or_path": "meta-llama/Llama-2-7b-hf"}')
    (tmp_path / "adapter_model.safetensors").write_bytes(b"")
    for _ in range(2):
        with pytest.raises(
            UserError, match=r"holds an adapter \(LoRA\) of 'meta-llama/Llama-2-7b-hf'.*merge_and_unload"
        ):
            open_source(tmp_path)
        (tmp_path / "config.json").write_text('{"model_type": "llama"}')  # some lay it there


def test_a_cache_of_a_hub(tmp_path):
    folder = tmp_path / "hub" / "models--gpt2" / "snapshots" / "607a30d7"
    folder.mkdir(parents=True)
    for place in (tmp_path, tmp_path / "hub", tmp_path / "hub" / "models--gpt2", folder.parent):
        with pytest.raises(UserError, match=r"is a hub's cache: name the folder of one model in it, .*607a30d7"):
            open_source(place)
    (folder.parent / "11c5a3d5").mkdir()
    with pytest.raises(UserError, match=r"in it \(it holds 2\), .*11c5a3d5"):
        open_source(tmp_path)
    with pytest.raises(UserError, match=r"config\.json is missing"):
        open_source(folder)


def test_nothing_known(tmp_path):
    with pytest.raises(UserError, match="does not exist"):
        open_source(tmp_path / "none")
    (tmp_path / "notes.txt").write_bytes(struct.pack("<I", 7))
    with pytest.raises(UserError, match="name a TensorFlow checkpoint"):
        open_source(tmp_path / "notes.txt")
    with pytest.raises(UserError, match=r"config\.json is missing"):
        open_source(tmp_path)
