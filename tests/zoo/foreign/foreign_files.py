"""Files as other programs write them."""

import json
import shutil
import struct

import numpy as np
import tensorflow as tf
from safetensors.numpy import load_file

HEADER = {"dim": 8, "hidden": 6, "layers": 2, "heads": 2, "kv_heads": 1, "vocabulary": 5, "length": 3}
WIDTH = HEADER["dim"] // HEADER["heads"]
KINDS = {
    "input_layernorm": (8,),
    "self_attn.q_proj": (8, 8),
    "self_attn.k_proj": (4, 8),
    "self_attn.v_proj": (4, 8),
    "self_attn.o_proj": (8, 8),
    "post_attention_layernorm": (8,),
    "mlp.gate_proj": (6, 8),
    "mlp.down_proj": (8, 6),
    "mlp.up_proj": (6, 8),
}
NORMS = ("input_layernorm", "post_attention_layernorm")


def layers(kinds):
    return [(f"model.layers.{i}.{kind}.weight", KINDS[kind]) for kind in kinds for i in range(2)]


def llama2c_file(version, *, shared=True, **changes):
    """The bytes of a model file, and what was put in it."""
    embedding, norm = ("model.embed_tokens.weight", (5, 8)), ("model.norm.weight", (8,))
    if version == 0:
        order = [embedding, *layers(KINDS), norm, ("freq_cis_real", (3, 2)), ("freq_cis_imag", (3, 2))]
    else:
        order = [*layers(NORMS), norm, embedding, *layers(kind for kind in KINDS if kind not in NORMS)]
    if not shared:
        order.append(("lm_head.weight", (5, 8)))
    chance = np.random.default_rng(0)
    tensors = {name: chance.normal(size=shape).astype("<f4") for name, shape in order}
    values = {**HEADER, **changes}
    if version == 0 and not shared:
        values["vocabulary"] = -values["vocabulary"]
    header = struct.pack("<7i", *values.values())
    if version:
        header = (b"24ka" + struct.pack("<i", version) + header + bytes([shared])).ljust(256, b"\0")
    return header + b"".join(array.tobytes() for array in tensors.values()), tensors


def save_checkpoint(prefix, variables):
    """A checkpoint with names as TensorFlow 1 gives them."""
    names = sorted(variables)
    tensors = [tf.constant(variables[name]) for name in names]
    tf.raw_ops.SaveV2(prefix=str(prefix), tensor_names=names, shape_and_slices=[""] * len(names), tensors=tensors)


def google_name(name):
    """Google's name of a tensor of Hugging Face's, written the other way round than the product does."""
    if name.endswith("embeddings.weight"):
        return name.removesuffix(".weight").replace(".", "/")
    special = {
        "cls.predictions.bias": "cls/predictions/output_bias",
        "cls.seq_relationship.weight": "cls/seq_relationship/output_weights",
        "cls.seq_relationship.bias": "cls/seq_relationship/output_bias",
    }
    if name in special:
        return special[name]
    norm = "LayerNorm" in name
    name = name.replace(".layer.", ".layer_").replace(".", "/")
    if norm:
        return name.replace("/weight", "/gamma").replace("/bias", "/beta")
    return name.replace("/weight", "/kernel")


def write_google_checkpoint(folder, source):
    """Google's three files, with the weights of a folder of Hugging Face; returns the variables by name."""
    folder.mkdir()
    tensors = {google_name(name): array for name, array in load_file(source / "model.safetensors").items()}
    variables = {name: array.T if name.endswith("kernel") else array for name, array in tensors.items()}
    save_checkpoint(folder / "bert_model.ckpt", variables)
    values = json.loads((source / "config.json").read_text())
    values = {name: value for name, value in values.items() if name not in ("model_type", "architectures")}
    (folder / "bert_config.json").write_text(json.dumps(values))
    shutil.copy(source / "vocab.txt", folder)
    return variables
