"""The standard normal prior of latent vectors."""

from typing import Any

import keras
import tensorflow as tf

from .normal_density import normal_density


@keras.saving.register_keras_serializable(package="langzoo")
class NormalPrior(keras.layers.Layer):
    """p(z) = N(z; 0, I), without weights (Kingma & Welling 2014, arXiv:1312.6114).

    Args:
        latent_dim: width of the vectors, Z.
        **kwargs: arguments of `keras.layers.Layer`.

    Example:
        >>> NormalPrior(2).log_density(tf.zeros((1, 2))).numpy()
        array([-1.837877], dtype=float32)
    """

    has_components = False

    def __init__(self, latent_dim: int, **kwargs: Any):
        super().__init__(dtype="float32", **kwargs)
        self.latent_dim = latent_dim

    def build(self, input_shape=None):
        """There is nothing to build."""
        del input_shape
        self.built = True

    def mean(self) -> tf.Tensor:
        """Returns the mean vector, (Z,)."""
        return tf.zeros((self.latent_dim,))

    def log_density(self, z: tf.Tensor) -> tf.Tensor:
        """Returns log p(z) of vectors (..., Z): (...)."""
        return tf.reduce_sum(normal_density(z, tf.zeros_like(z), tf.zeros_like(z)), axis=-1)

    def draw(self, choice: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        """Draws vectors (B, Z) from the prior.

        Args:
            choice: (B,), ignored.
            noise: (B, Z), from N(0, 1).
        """
        del choice
        return noise

    def divergence(self, z: tf.Tensor, mean: tf.Tensor, log_variance: tf.Tensor) -> tf.Tensor:
        """Returns KL(q || p) of q = N(mean, exp(log_variance)) in nats, by dimension and in closed form, (B, Z).

        Kingma & Welling 2014, appendix B: (mean² + variance - log variance - 1) / 2.

        Args:
            z: drawn from q, ignored.
            mean, log_variance: (B, Z).
        """
        del z
        return 0.5 * (tf.square(mean) + tf.exp(log_variance) - log_variance - 1.0)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = super().get_config()
        config.pop("dtype", None)
        return {**config, "latent_dim": self.latent_dim}
