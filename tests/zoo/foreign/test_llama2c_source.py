import os
from pathlib import Path

import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.foreign import open_llama2c

from tests.zoo.foreign.foreign_files import WIDTH, llama2c_file


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.bin"


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("version", [0, 1])
def test_tensors_in_the_order_of_the_file(path, version, shared):
    content, expected = llama2c_file(version, shared=shared)
    path.write_bytes(content)
    tensors = open_llama2c(path)
    assert tensors.ignored == (("freq_cis_real", "freq_cis_imag") if version == 0 else ())
    assert tensors.names == tuple(name for name in expected if name not in tensors.ignored)
    for name in tensors:
        assert tensors.shape(name) == expected[name].shape
        if "q_proj" not in name and "k_proj" not in name:
            np.testing.assert_array_equal(tensors[name], expected[name])
    assert tensors.config["tie_word_embeddings"] is shared
    assert [tensors.config[key] for key in ("vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers")] == [
        5,
        8,
        6,
        2,
    ]
    assert [tensors.config[key] for key in ("num_attention_heads", "num_key_value_heads")] == [2, 1]
    assert tensors.config["max_position_embeddings"] == 3 and tensors.config["model_type"] == "llama"


def rotated_as_in_run_c(x, position):
    """x (T, H · h): the numbers 2i and 2i + 1 of each head together."""
    found = x.copy()
    for i in range(0, x.shape[-1], 2):
        angle = position / 10000 ** ((i % WIDTH) / WIDTH)
        c, s = np.cos(angle), np.sin(angle)
        found[:, i], found[:, i + 1] = x[:, i] * c - x[:, i + 1] * s, x[:, i] * s + x[:, i + 1] * c
    return found


def rotated_as_in_hugging_face(x, position):
    """`apply_rotary_pos_emb`: the numbers i and i + h/2 of each head together."""
    heads = x.reshape(len(x), -1, WIDTH)
    angles = position[:, None] / 10000 ** (np.arange(0, WIDTH, 2) / WIDTH)  # (T, h/2)
    angles = np.concatenate([angles, angles], axis=-1)[:, None]
    half = np.concatenate([-heads[..., WIDTH // 2 :], heads[..., : WIDTH // 2]], axis=-1)
    return (heads * np.cos(angles) + half * np.sin(angles)).reshape(x.shape)


def test_attention_scores_stay_what_they_were(path):
    content, expected = llama2c_file(0)
    path.write_bytes(content)
    tensors = open_llama2c(path)
    x, position = np.random.default_rng(1).normal(size=(6, 8)), np.arange(6.0)

    def scores(weights, rotate):
        query, key = (rotate(x @ weights[f"model.layers.1.self_attn.{n}_proj.weight"].T, position) for n in "qk")
        return np.einsum("thd,sd->hts", query.reshape(6, 2, WIDTH), key)

    before = scores(expected, rotated_as_in_run_c)
    np.testing.assert_allclose(scores(tensors, rotated_as_in_hugging_face), before, atol=1e-5)
    assert np.abs(scores(expected, rotated_as_in_hugging_face) - before).max() > 0.1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dim": 0}, "its header has dim 0"),
        ({"layers": -1}, "n_layers -1"),
        ({"layers": 2_000_000_000}, "n_layers 2000000000"),
        ({"vocabulary": 2_000_000_000}, "vocab_size 2000000000"),
        ({"heads": 3}, "do not divide into even heads"),
        ({"heads": 8}, "do not divide into even heads"),
        ({"kv_heads": 3}, "do not divide into even heads"),
        ({"hidden": 7}, r"bytes but its header needs 3,\d\d\d"),
        ({"hidden": 2**24, "vocabulary": 2**24}, "but its header needs"),
    ],
)
@pytest.mark.parametrize("version", [0, 1])
def test_headers_that_lie(path, version, changes, message):
    path.write_bytes(llama2c_file(version, **changes)[0])
    with pytest.raises(UserError, match=message) as caught:
        open_llama2c(path)
    assert "\n" not in str(caught.value) and str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "is missing"),
        (b"", "it has 0 bytes"),
        (llama2c_file(0)[0][:-1], "it is truncated"),
        (llama2c_file(1)[0] + b"\0\0\0\0", "but its header needs"),
        (llama2c_file(1)[0][:100], "or is cut short"),
        (llama2c_file(2)[0], r"quantized to int8 \(version 2"),
        (llama2c_file(3)[0], "has version 3"),
        (llama2c_file(1, shared=7)[0], "its flag for the classifier is 7"),
    ],
)
def test_what_is_no_model(path, content, message):
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError, match=message):
        open_llama2c(path)


@pytest.mark.data
def test_stories260k():
    path = Path(os.environ.get("LANGZOO_DATA", "")) / "stories260K" / "stories260K.bin"
    if "LANGZOO_DATA" not in os.environ or not path.is_file():
        pytest.skip("LANGZOO_DATA names no folder with stories260K/stories260K.bin")
    tensors = open_llama2c(path)
    assert tensors.size() == 260_032 and len(tensors) == 47
    assert np.isfinite(tensors["model.layers.4.mlp.down_proj.weight"]).all()
