"""A Gaussian mixture prior of latent vectors."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from .normal_density import normal_density

NEAR = 0.2
"""Standard deviation of the initial means: a vector then belongs to several components.

With initial means that are far apart all vectors go to the nearest one, and the others die.
"""


@keras.saving.register_keras_serializable(package="langzoo")
class MixturePrior(keras.layers.Layer):
    """p(z) = Σ_c w_c N(z; m_c, diag(s_c)), with weights, means and variances that are learnt (Jiang et al. 2017).

    The latent variables are the component c and the vector z, and q(c, z | x) = q(c | z) q(z | x) approximates their
    posterior. For every z the bound on log p(x) is highest with the exact q(c | z) = p(c | z), the responsibilities

        p(c | z) = w_c N(z; m_c, s_c) / Σ_k w_k N(z; m_k, s_k),

    since the terms of c are Σ_c q(c | z) log(w_c N(z; m_c, s_c) / q(c | z)) = log p(z) - KL(q(c | z) || p(c | z)). With
    them the bound is that of z alone,

        log p(x) >= E_q(z|x) [log p(x | z) + log p(z) - log q(z | x)],

    of which the last two terms have no closed form and are taken at the z that is drawn from q(z | x).

    Args:
        latent_dim: width of the vectors, Z.
        num_components: K.
        **kwargs: arguments of `keras.layers.Layer`.

    Source: Jiang et al. 2017, arXiv:1611.05148; Dilokthanakul et al. 2016, arXiv:1611.02648.

    Example:
        >>> prior = MixturePrior(2, num_components=3)
        >>> prior.build()
        >>> prior.responsibilities(tf.zeros((1, 2))).shape
        TensorShape([1, 3])
    """

    has_components = True

    def __init__(self, latent_dim: int, *, num_components: int, **kwargs: Any):
        super().__init__(dtype="float32", **kwargs)
        self.latent_dim, self.num_components = latent_dim, num_components

    def build(self, input_shape=None):
        """Creates the weights; the initial means are near one another, see `NEAR`."""
        del input_shape
        shape, near = (self.num_components, self.latent_dim), keras.initializers.RandomNormal(stddev=NEAR)
        self.logits = self.add_weight(name="logits", shape=shape[:1], initializer="zeros", autocast=False)
        self.means = self.add_weight(name="means", shape=shape, initializer=near, autocast=False)
        self.log_variances = self.add_weight(name="log_variances", shape=shape, initializer="zeros", autocast=False)
        self.built = True

    @property
    def names(self) -> Sequence[str]:
        """The name of each component: its number."""
        return [str(number) for number in range(self.num_components)]

    def components(self) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Returns log w (K,), means (K, Z) and log variances (K, Z)."""
        tensors = (tf.convert_to_tensor(each) for each in (self.logits, self.means, self.log_variances))
        logits, means, log_variances = tensors
        return tf.nn.log_softmax(logits), means, log_variances

    def mean(self) -> tf.Tensor:
        """Returns the mean vector, (Z,)."""
        log_weights, means, _ = self.components()
        return tf.linalg.matvec(means, tf.exp(log_weights), transpose_a=True)

    def log_joint(self, z: tf.Tensor) -> tf.Tensor:
        """Returns log w_c + log N(z; m_c, s_c) of vectors (..., Z): (..., K)."""
        log_weights, means, log_variances = self.components()
        return log_weights + tf.reduce_sum(normal_density(tf.expand_dims(z, -2), means, log_variances), axis=-1)

    def log_density(self, z: tf.Tensor) -> tf.Tensor:
        """Returns log p(z) of vectors (..., Z): (...)."""
        return tf.reduce_logsumexp(self.log_joint(z), axis=-1)

    def responsibilities(self, z: tf.Tensor) -> tf.Tensor:
        """Returns p(c | z) of vectors (..., Z): (..., K)."""
        return tf.nn.softmax(self.log_joint(z))

    def draw(self, choice: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        """Draws vectors (B, Z) from the prior.

        Args:
            choice: (B,), uniform in [0, 1), determines the component.
            noise: (B, Z), from N(0, 1).
        """
        log_weights, means, log_variances = self.components()
        below = tf.cumsum(tf.exp(log_weights))[tf.newaxis] <= choice[:, tf.newaxis]
        component = tf.minimum(tf.reduce_sum(tf.cast(below, tf.int32), axis=-1), self.num_components - 1)
        return tf.gather(means, component) + tf.exp(0.5 * tf.gather(log_variances, component)) * noise

    def divergence(self, z: tf.Tensor, mean: tf.Tensor, log_variance: tf.Tensor) -> tf.Tensor:
        """Returns KL(q || p) of q = N(mean, exp(log_variance)) in nats, estimated at one z drawn from q, (B, 1).

        Args:
            z: drawn from q, (B, Z).
            mean, log_variance: (B, Z).
        """
        own = tf.reduce_sum(normal_density(z, mean, log_variance), axis=-1)
        return (own - self.log_density(z))[:, tf.newaxis]

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = super().get_config()
        config.pop("dtype", None)
        return {**config, "latent_dim": self.latent_dim, "num_components": self.num_components}
