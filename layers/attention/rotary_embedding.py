"""Rotary position embeddings."""

import math
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf


@keras.saving.register_keras_serializable(package="langzoo")
class RotaryEmbedding(keras.layers.Layer):
    """Positions as rotations of queries and keys (Su et al. 2021, arXiv:2104.09864, section 3.2).

    Feature i of the first half of a head and feature i of its second half are turned by the angle p / base^(2i / d),
    the layout of GPT-NeoX and of Hugging Face's LLaMA. Meta's own files pair neighbours (2i, 2i + 1); when they are
    read, the rows of the query and key matrices are reordered once.

    Args:
        head_dim: d, even.
        base: base of the wavelengths.
        scaling: how a model was extended beyond its training length, or None. A dict with `kind`:
            - "linear": positions divided by `factor` (Chen et al. 2023, arXiv:2306.15595);
            - "llama3": wavelengths above `original_max_sequence_length / low_frequency_factor` times `factor`, those
              below `original_max_sequence_length / high_frequency_factor` kept, blended between (Llama 3.1);
            - "yarn": the same idea by rotations, from `beta_slow` (1) to `beta_fast` (32), and scores made sharper by
              0.1·ln(factor) + 1 unless `attention_factor` says otherwise (Peng et al. 2023, arXiv:2309.00071).
        **kwargs: arguments of `keras.layers.Layer`.

    Call with `positions` int (T,) or (B, T); returns `{"cosines", "sines"}`, float32 (1 or B, 1, T, d / 2),
    for `rotate`.

    Raises:
        ValueError: head_dim is odd, or the scaling is of another kind.

    Example:
        >>> rotation = RotaryEmbedding(4)(tf.range(3))
        >>> rotation["cosines"].shape, rotation["cosines"].numpy()[0, 0, 1].round(4)
        (TensorShape([1, 1, 3, 2]), array([0.5403, 1.    ], dtype=float32))
    """

    def __init__(self, head_dim, *, base=10000.0, scaling: Mapping[str, Any] | None = None, **kwargs):
        kwargs.setdefault("dtype", "float32")  # bfloat16 cannot distinguish positions 257 and 256
        super().__init__(**kwargs)
        if head_dim % 2:
            raise ValueError(f"RotaryEmbedding: head_dim must be even, not {head_dim}")
        self.head_dim = head_dim
        self.base = base
        self.scaling = None if scaling is None else dict(scaling)
        self._frequencies, self._factor = rotary_frequencies(head_dim, base=base, scaling=self.scaling)
        self.built = True

    def call(self, positions):
        """See the class."""
        angles = tf.cast(positions, tf.float32)[..., tf.newaxis] * tf.constant(self._frequencies)  # (..., T, d/2)
        angles = angles[:, tf.newaxis] if positions.shape.rank == 2 else angles[tf.newaxis, tf.newaxis]
        return {"cosines": tf.cos(angles) * self._factor, "sines": tf.sin(angles) * self._factor}

    def get_config(self):
        """The constructor's arguments."""
        return {**super().get_config(), "head_dim": self.head_dim, "base": self.base, "scaling": self.scaling}


def rotate(x, rotation):
    """Rotates queries or keys.

    Args:
        x: (B, H, T, d).
        rotation: `cosines` and `sines`, each (1 or B, 1, T, d / 2).

    Returns:
        (B, H, T, d), in the type of x.

    Example:
        >>> quarter = {"cosines": tf.zeros((1, 1, 1, 1)), "sines": tf.ones((1, 1, 1, 1))}
        >>> rotate(tf.ones((1, 1, 1, 2)), quarter).numpy().ravel()
        array([-1.,  1.], dtype=float32)
    """
    cosines, sines = rotation["cosines"], rotation["sines"]
    half = x.shape[-1] // 2
    first, second = tf.cast(x[..., :half], tf.float32), tf.cast(x[..., half:], tf.float32)
    turned = tf.concat([first * cosines - second * sines, second * cosines + first * sines], axis=-1)
    return tf.cast(turned, x.dtype)


def rotary_frequencies(head_dim, *, base, scaling=None):
    """Returns radians per position of every pair of features, float32 (d / 2,), and the factor of cosines and sines."""
    frequencies = base ** (-np.arange(0, head_dim, 2) / head_dim)
    if scaling is None:
        return frequencies.astype(np.float32), 1.0
    kind = scaling.get("kind")
    if kind == "linear":
        return (frequencies / scaling["factor"]).astype(np.float32), 1.0
    if kind == "llama3":
        return _llama3(frequencies, scaling).astype(np.float32), 1.0
    if kind == "yarn":
        frequencies = _yarn(frequencies, head_dim, base, scaling)
        factor = scaling.get("attention_factor") or 0.1 * math.log(scaling["factor"]) + 1.0
        return frequencies.astype(np.float32), float(factor)
    raise ValueError(f"RotaryEmbedding: scaling must be of kind 'linear', 'llama3' or 'yarn', not {kind!r}")


def _llama3(frequencies, scaling):
    factor, low, high = scaling["factor"], scaling["low_frequency_factor"], scaling["high_frequency_factor"]
    turns = scaling["original_max_sequence_length"] * frequencies / (2 * math.pi)  # within the trained length
    kept = np.clip((turns - low) / (high - low), 0.0, 1.0)
    return (1 - kept) * frequencies / factor + kept * frequencies


def _yarn(frequencies, head_dim, base, scaling):
    factor, length = scaling["factor"], scaling["original_max_sequence_length"]

    def feature_of(rotations):
        return head_dim * math.log(length / (rotations * 2 * math.pi)) / (2 * math.log(base))

    low = max(math.floor(feature_of(scaling.get("beta_fast") or 32.0)), 0)
    high = min(math.ceil(feature_of(scaling.get("beta_slow") or 1.0)), head_dim - 1)
    stretched = np.clip((np.arange(head_dim // 2) - low) / max(high - low, 0.001), 0.0, 1.0)
    return stretched * frequencies / factor + (1 - stretched) * frequencies
