import os
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.foreign import open_tf_checkpoint

from tests.zoo.foreign.foreign_files import save_checkpoint

VARIABLES = {
    "bert/pooler/dense/kernel": np.arange(6, dtype=np.float32).reshape(2, 3),
    "bert/pooler/dense/bias": np.ones(3, np.float16),
    "bert/position_ids": np.arange(4, dtype=np.int32),
    "bert/encoder/momentum_like/kernel": np.ones((2, 2), np.float32),
}
OPTIMIZERS = {
    "bert/pooler/dense/kernel/adam_m": np.zeros((2, 3), np.float32),
    "bert/pooler/dense/kernel/adam_v": np.zeros((2, 3), np.float32),
    "bert/pooler/dense/kernel/Adam_1": np.zeros((2, 3), np.float32),
    "beta1_power": np.float32(0.9),
    "global_step": np.int64(7),
}


@pytest.fixture
def folder(tmp_path):
    save_checkpoint(tmp_path / "bert_model.ckpt", {**VARIABLES, **OPTIMIZERS})
    return tmp_path


DATA = "bert_model.ckpt.data-00000-of-00001"


@pytest.mark.parametrize("name", ["", "bert_model.ckpt", "bert_model.ckpt.index", DATA])
def test_weights_apart_from_the_optimizers(folder, name):
    tensors = open_tf_checkpoint(folder / name)
    assert tensors.names == tuple(sorted(VARIABLES)) and tensors.ignored == tuple(sorted(OPTIMIZERS))
    for variable, expected in VARIABLES.items():
        assert tensors.shape(variable) == expected.shape
        np.testing.assert_array_equal(tensors[variable], expected.astype(np.float32))
    assert tensors.read("bert/pooler/dense/bias", None).dtype == np.float16


def test_version_2(tmp_path):
    layer = tf.Module()
    layer.kernel = tf.Variable([[1.0, 2.0]])
    layer.half = tf.Variable(tf.constant([1.5], tf.bfloat16))
    tf.train.Checkpoint(model=layer, step=tf.Variable(3), save=tf.Variable("text")).write(str(tmp_path / "ckpt-1"))
    tensors = open_tf_checkpoint(tmp_path)
    kernel, half = (f"model/{name}/.ATTRIBUTES/VARIABLE_VALUE" for name in ("kernel", "half"))
    assert {kernel, half} <= set(tensors)
    assert "_CHECKPOINTABLE_OBJECT_GRAPH" in tensors.ignored and "save/.ATTRIBUTES/VARIABLE_VALUE" in tensors.ignored
    np.testing.assert_array_equal(tensors[kernel], [[1, 2]])
    assert tensors.read(half, None).dtype == np.float32 and tensors[half] == 1.5


def test_several_in_one_folder(folder):
    save_checkpoint(folder / "other.ckpt", {"x": np.float32(1)})
    with pytest.raises(UserError, match=r"holds 2 checkpoints: name one"):
        open_tf_checkpoint(folder)
    (folder / "checkpoint").write_text('model_checkpoint_path: "/home/else/other.ckpt"\n')
    assert open_tf_checkpoint(folder).names == ("x",)
    (folder / "checkpoint").write_text('model_checkpoint_path: "../../else/none.ckpt"\n')
    with pytest.raises(UserError, match="holds 2 checkpoints"):
        open_tf_checkpoint(folder)


def test_missing_and_damaged_files(folder, tmp_path):
    with pytest.raises(UserError, match=r"none\.ckpt\.index is missing"):
        open_tf_checkpoint(folder / "none.ckpt")
    whole = (folder / DATA).read_bytes()
    (folder / DATA).write_bytes(whole[:-5])
    with pytest.raises(UserError, match="are cut short, 5 bytes are missing"):
        open_tf_checkpoint(folder)
    flipped = bytes(255 - byte for byte in whole)
    (folder / DATA).write_bytes(flipped)
    with pytest.raises(UserError, match="a file is damaged"):
        open_tf_checkpoint(folder).read("bert/pooler/dense/kernel")
    (folder / DATA).rename(folder / "bert_model.ckpt.data-00000-of-00002")
    with pytest.raises(UserError, match=r"data-00001-of-00002 is missing"):
        open_tf_checkpoint(folder)
    (folder / "bert_model.ckpt.data-00000-of-00002").unlink()
    with pytest.raises(UserError, match=r"data-00000-of-00001 is missing"):
        open_tf_checkpoint(folder)
    (folder / DATA).write_bytes(whole)
    (folder / "bert_model.ckpt.index").write_bytes(b"no index")
    with pytest.raises(UserError, match="is not a checkpoint, or is damaged") as caught:
        open_tf_checkpoint(folder)
    assert "\n" not in str(caught.value)
    (folder / "bert_model.ckpt.index").unlink()
    with pytest.raises(UserError, match="contains no TensorFlow checkpoint"):
        open_tf_checkpoint(folder)


def test_a_path_that_tensorflow_takes_for_a_pattern(tmp_path):
    save_checkpoint(tmp_path / "a[1].ckpt", {"x": np.float32(1)})
    with pytest.raises(UserError, match=r"TensorFlow finds no checkpoint with \* \? \["):
        open_tf_checkpoint(tmp_path)


@pytest.mark.data
def test_the_toy_checkpoints():
    folder = Path(os.environ.get("LANGZOO_DATA", "")) / "toy_checkpoints"
    if "LANGZOO_DATA" not in os.environ or not folder.is_dir():
        pytest.skip("LANGZOO_DATA names no folder with toy_checkpoints")
    bert = open_tf_checkpoint(folder / "keras_bert")
    assert bert.shape("bert/embeddings/word_embeddings") == (15, 4) and len(bert) == 46
    assert {name.rpartition("/")[2] for name in bert.ignored} == {"adam_m", "adam_v", "global_step"}
    gpt2 = open_tf_checkpoint(folder / "keras_gpt2" / "model.ckpt")
    assert gpt2["model/wte"].shape == (356, 15) and len(gpt2) == 40 and gpt2.ignored == ()
