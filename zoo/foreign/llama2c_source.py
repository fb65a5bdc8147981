"""Models in llama2.c's own format."""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ...layers.plain.errors import UserError
from .read_array import read_array
from .source_tensors import SourceTensors

MAGIC = 0x616B3432  # "ak42"
_FIELDS: tuple[str, ...] = ("dim", "hidden_dim", "n_layers", "n_heads", "n_kv_heads", "vocab_size", "seq_len")
_MAX_VALUE = 2**24
_MAX_LAYERS = 10_000
_VERSION_0_BYTES, _VERSION_1_BYTES = 28, 256

_EMBEDDING, _FINAL_NORM, _CLASSIFIER = "model.embed_tokens.weight", "model.norm.weight", "lm_head.weight"
_ATTENTION_NORM, _FEED_FORWARD_NORM = "input_layernorm", "post_attention_layernorm"
_ATTENTION = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj")
_FEED_FORWARD = ("mlp.gate_proj", "mlp.down_proj", "mlp.up_proj")  # w1, w2, w3
_ROTARY = ("freq_cis_real", "freq_cis_imag")


class Llama2cSource(SourceTensors):
    """The tensors of a llama2.c model file under Hugging Face's names, in file order.

    llama2.c rotates the numbers 2i and 2i + 1 of each head together by the angle of frequency i, Hugging Face's LLaMA
    the numbers i and i + h/2, where h is the width of a head. A score is the product of a query and a key, a sum over
    all numbers of the head: it stays the same if both are reordered alike, and the rotation of pair i does not depend
    on the positions of its two numbers. So the rows of the query and key matrices are reordered to
    0, 2, 4, ..., h - 2, 1, 3, 5, ..., h - 1 within each head: row i is the first of pair i, row i + h/2 its second.

    Version 0 (no magic number) and 1 of the format are read: https://github.com/karpathy/llama2.c, `export.py`. Tables
    of sines and cosines, which version 0 contains, are `ignored`.

    Args:
        path: the `.bin` file.

    Attributes:
        config: the equivalent `config.json` of Hugging Face.

    Raises:
        UserError: the file is missing, has an invalid header, another size than its header needs, or version 2.

    Example:
        >>> tensors = Llama2cSource("stories260K.bin")
        >>> tensors.config["hidden_size"], tensors.shape("model.layers.0.self_attn.k_proj.weight")
        (64, (32, 64))
    """

    def __init__(self, path: str | Path):
        self._path = Path(path)
        try:
            if not self._path.is_file():
                raise UserError(f"{self._path} is missing: name a model file of llama2.c")
            with open(self._path, "rb") as file:
                start = file.read(_VERSION_1_BYTES)
            file_size = self._path.stat().st_size
        except OSError as error:
            raise UserError(f"{self._path} cannot be read: {error.strerror}") from error
        values, shared, version, offset = self._read_header(start)
        self._check_header(values)
        self.config = _config(values, shared)
        self._places = {}
        for name, shape in _tensors(values, shared, version):
            self._places[name] = shape, offset
            offset += 4 * int(np.prod(shape, dtype=object))
        if offset != file_size:
            raise UserError(
                f"{self._path} has {file_size:,} bytes but its header needs {offset:,}: it is truncated, or not a "
                "llama2.c model"
            )
        self.ignored = _ROTARY if version == 0 else ()
        self._all_shapes = {name: shape for name, (shape, _) in self._places.items() if name not in self.ignored}

    @property
    def _shapes(self) -> Mapping[str, tuple[int, ...]]:
        return self._all_shapes

    def _read(self, name: str) -> np.ndarray:
        shape, offset = self._places[name]
        array = read_array(self._path, "<f4", shape, offset)
        if name.endswith(("q_proj.weight", "k_proj.weight")):
            width = self.config["hidden_size"] // self.config["num_attention_heads"]
            pairs = array.reshape(-1, width // 2, 2, shape[-1])  # (heads, pair, number of the pair, D)
            array = pairs.transpose(0, 2, 1, 3).reshape(shape)
        return array

    def _read_header(self, start: bytes) -> tuple[dict[str, int], bool, int, int]:
        """The sizes, whether the classifier is the embedding, the version, and the offset of the tensors."""
        if len(start) < _VERSION_0_BYTES:
            raise UserError(f"{self._path} is not a llama2.c model: it has {len(start)} bytes")
        magic, version = struct.unpack_from("<Ii", start)
        if magic != MAGIC:
            values = dict(zip(_FIELDS, struct.unpack_from("<7i", start), strict=True))
            shared = values["vocab_size"] > 0
            return {**values, "vocab_size": abs(values["vocab_size"])}, shared, 0, _VERSION_0_BYTES
        if version == 2:
            raise UserError(
                f"{self._path} is quantized to int8 (version 2 of llama2.c's format): export it with --version 1 or 0"
            )
        if version != 1 or len(start) < _VERSION_1_BYTES:
            raise UserError(
                f"{self._path} has version {version} of llama2.c's format, or is cut short: 0 and 1 are known"
            )
        values = dict(zip(_FIELDS, struct.unpack_from("<7i", start, 8), strict=True))
        if start[36] > 1:
            raise UserError(f"{self._path} is not a llama2.c model: its flag for the classifier is {start[36]}")
        return values, bool(start[36]), 1, _VERSION_1_BYTES

    def _check_header(self, values: dict[str, int]) -> None:
        for name, value in values.items():
            if not 0 < value <= (_MAX_LAYERS if name == "n_layers" else _MAX_VALUE):
                raise UserError(f"{self._path} is not a llama2.c model: its header has {name} {value}")
        dim, heads, key_value_heads = values["dim"], values["n_heads"], values["n_kv_heads"]
        if dim % heads or dim // heads % 2 or heads % key_value_heads:
            raise UserError(
                f"{self._path} is not a llama2.c model: dim {dim}, n_heads {heads} and n_kv_heads {key_value_heads} do "
                "not divide into even heads"
            )


def open_llama2c(path: str | Path) -> Llama2cSource:
    """Opens a model file of llama2.c; see `Llama2cSource`."""
    return Llama2cSource(path)


def _tensors(values: dict[str, int], shared: bool, version: int):
    """The name and shape of everything after the header, in file order."""
    dim, hidden, layers = values["dim"], values["hidden_dim"], values["n_layers"]
    width = dim // values["n_heads"]
    key_value_dim = width * values["n_kv_heads"]
    shapes = {
        _ATTENTION_NORM: (dim,),
        _FEED_FORWARD_NORM: (dim,),
        **dict(zip(_ATTENTION, [(dim, dim), (key_value_dim, dim), (key_value_dim, dim), (dim, dim)], strict=True)),
        **dict(zip(_FEED_FORWARD, [(hidden, dim), (dim, hidden), (hidden, dim)], strict=True)),
    }
    embedding = (_EMBEDDING, (values["vocab_size"], dim))
    final_norm = (_FINAL_NORM, (dim,))

    def each_layer(*kinds):
        return [(f"model.layers.{i}.{kind}.weight", shapes[kind]) for kind in kinds for i in range(layers)]

    if version == 0:
        yield embedding
        yield from each_layer(_ATTENTION_NORM, *_ATTENTION, _FEED_FORWARD_NORM, *_FEED_FORWARD)
        yield final_norm
        yield from ((name, (values["seq_len"], width // 2)) for name in _ROTARY)
    else:
        yield from each_layer(_ATTENTION_NORM, _FEED_FORWARD_NORM)
        yield final_norm
        yield embedding
        yield from each_layer(*_ATTENTION, *_FEED_FORWARD)
    if not shared:
        yield _CLASSIFIER, embedding[1]


def _config(values: dict[str, int], shared: bool) -> dict[str, Any]:
    return {
        "model_type": "llama",
        "architectures": ["LlamaForCausalLM"],
        "vocab_size": values["vocab_size"],
        "hidden_size": values["dim"],
        "intermediate_size": values["hidden_dim"],
        "num_hidden_layers": values["n_layers"],
        "num_attention_heads": values["n_heads"],
        "num_key_value_heads": values["n_kv_heads"],
        "max_position_embeddings": values["seq_len"],
        "hidden_act": "silu",
        "rms_norm_eps": 1e-5,  # these two are constants of run.c
        "rope_theta": 10000.0,
        "tie_word_embeddings": shared,
        "bos_token_id": 1,
        "eos_token_id": 2,
    }
