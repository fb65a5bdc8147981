"""Sinusoidal position encodings."""

import keras
import numpy as np
import tensorflow as tf

from .positions import positions


@keras.saving.register_keras_serializable(package="langzoo")
class SinusoidalPositionEncoding(keras.layers.Layer):
    """Fixed position encodings of sines and cosines (Vaswani et al. 2017, arXiv:1706.03762, section 3.5).

    PE(p, 2i) = sin(p / w^(2i/D)) and PE(p, 2i+1) = cos(p / w^(2i/D)), with w the largest wavelength over 2π. An odd D
    ends on a sine. There is no largest position; angles are float32, so a value has an error of up to p · 6e-8.

    Args:
        max_wavelength: w, above 0.
        **kwargs: arguments of `keras.layers.Layer`.

    Call with `x` (B, T, D) and `start_index`, the position of x's first step: an int, an int scalar tensor or an int
    tensor (B,); or with `position_ids`, int (T,) or (B, T), the position of each step. Returns the vectors to add to x:
    (T, D), or (B, T, D) for a start index of shape (B,) or ids of shape (B, T).

    Raises:
        ValueError: if max_wavelength is not above 0 and finite, or the width of x is not known.

    Example:
        >>> SinusoidalPositionEncoding()(tf.zeros((1, 2, 4))).numpy().round(4)
        array([[0.    , 1.    , 0.    , 1.    ],
               [0.8415, 0.5403, 0.01  , 1.    ]], dtype=float32)
    """

    def __init__(self, *, max_wavelength=10000, **kwargs):
        super().__init__(**kwargs)
        if not 0 < max_wavelength < float("inf"):
            raise ValueError(
                f"SinusoidalPositionEncoding: max_wavelength must be above 0 and finite, not {max_wavelength!r}"
            )
        self.max_wavelength = max_wavelength
        self.built = True

    def call(self, x, start_index=0, position_ids=None):
        """Returns the vectors of the positions of x, (T, D) or (B, T, D)."""
        width = x.shape[-1]
        if width is None:
            raise ValueError(f"SinusoidalPositionEncoding: the last dimension of x must be known, not {x.shape}")
        exponents = np.arange(0, width, 2) / width
        frequencies = tf.constant(float(self.max_wavelength) ** -exponents, tf.float32)  # (⌈D/2⌉,)
        # float32 under any policy: bfloat16 cannot distinguish positions 257 and 256.
        where = positions(x, start_index) if position_ids is None else position_ids
        angles = tf.expand_dims(tf.cast(where, tf.float32), -1) * frequencies  # (..., T, ⌈D/2⌉)
        pairs = tf.stack([tf.sin(angles), tf.cos(angles)], axis=-1)  # (..., T, ⌈D/2⌉, 2)
        interleaved = tf.reshape(pairs, tf.concat([tf.shape(where), [2 * len(exponents)]], axis=0))
        # An odd width leaves out the last cosine.
        return tf.cast(tf.split(interleaved, [width, -width % 2], axis=-1)[0], self.compute_dtype)

    def get_config(self):
        """The constructor's arguments."""
        return {**super().get_config(), "max_wavelength": self.max_wavelength}
