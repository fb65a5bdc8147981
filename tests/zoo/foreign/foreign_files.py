"""Files as other programs write them."""

import struct

import numpy as np
import tensorflow as tf

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
