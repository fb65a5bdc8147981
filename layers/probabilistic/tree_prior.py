"""A tree-structured mixture prior of latent vectors."""

import itertools
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from .mixture_prior import NEAR, MixturePrior


@keras.saving.register_keras_serializable(package="langzoo")
class TreePrior(MixturePrior):
    """A mixture whose components are the leaves of a tree, which share the parameters on their paths.

    Every node n but the root has a vector v_n and a logarithm of a variance u_n, and every inner node the probabilities
    of its B branches. With path(l) the nodes from below the root to leaf l,

        m_l = Σ_{n in path(l)} v_n,   log s_l = Σ_{n in path(l)} u_n,   w_l = Π_{n in path(l)} p(n | its parent),
        p(z) = Σ_l w_l N(z; m_l, diag(s_l)).

    So leaves of one branch are alike in the sum of the vectors above them, and every example of a branch moves these.

    The latent variables are the path, which is the leaf l, and the vector z. q(l, z | x) = q(l | z) q(z | x), and

        log p(x) = log Σ_l ∫ p(x | z) N(z; m_l, s_l) w_l dz
                >= E_q(z|x) [ log p(x | z) - log q(z | x) + Σ_l q(l | z) log(w_l N(z; m_l, s_l) / q(l | z)) ]
                 = E_q(z|x) [ log p(x | z) - log q(z | x) + log p(z) - KL(q(l | z) || p(l | z)) ]

    by Jensen's inequality, and because w_l N(z; m_l, s_l) = p(z) p(l | z). The last term is 0 with the exact posterior
    q(l | z) = p(l | z) = w_l N(z; m_l, s_l) / p(z), which B^D leaves can be summed for; so nothing is approximated in
    the leaf, and the bound is E_q [log p(x | z)] - KL(q(z | x) || p(z)), the KL being taken at the z that is drawn.
    With a tree of depth 1 this is `MixturePrior`.

    Args:
        latent_dim: width of the vectors, Z.
        depth: levels below the root, D.
        branching: children of every inner node, B; there are B^D leaves.
        **kwargs: arguments of `keras.layers.Layer`.

    Example:
        >>> prior = TreePrior(2, depth=2, branching=3)
        >>> prior.build()
        >>> prior.responsibilities(tf.zeros((1, 2))).shape
        TensorShape([1, 9])
    """

    def __init__(self, latent_dim: int, *, depth: int, branching: int, **kwargs: Any):
        self.depth, self.branching = depth, branching
        super().__init__(latent_dim, num_components=branching**depth, **kwargs)

    def build(self, input_shape=None):
        """Creates the weights; the initial means of the leaves are near one another, see `NEAR`."""
        del input_shape
        nodes = sum(self.branching**level for level in range(1, self.depth + 1))
        shape, near = (nodes, self.latent_dim), keras.initializers.RandomNormal(stddev=NEAR * self.depth**-0.5)
        # Nodes level by level, so that the B children of a node are adjacent, followed by those of the next one.
        parents = nodes // self.branching
        self.logits = self.add_weight(
            name="logits", shape=(parents, self.branching), initializer="zeros", autocast=False
        )
        self.means = self.add_weight(name="means", shape=shape, initializer=near, autocast=False)
        self.log_variances = self.add_weight(name="log_variances", shape=shape, initializer="zeros", autocast=False)
        self._paths = self._paths_of_leaves(nodes)
        self.built = True

    @property
    def names(self) -> Sequence[str]:
        """The name of each leaf: the branches that lead to it, such as 0.2."""
        return [".".join(map(str, path)) for path in itertools.product(range(self.branching), repeat=self.depth)]

    def components(self) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Returns log w (K,), means (K, Z) and log variances (K, Z) of the leaves."""
        paths = tf.constant(self._paths)
        branches = tf.reshape(tf.nn.log_softmax(tf.convert_to_tensor(self.logits)), (-1,))  # of every node
        means, log_variances = (tf.convert_to_tensor(each) for each in (self.means, self.log_variances))
        return tf.linalg.matvec(paths, branches), tf.matmul(paths, means), tf.matmul(paths, log_variances)

    def _paths_of_leaves(self, nodes: int) -> np.ndarray:
        """Returns 1 where a node is on the path to a leaf, float32 (K, N)."""
        paths, first = np.zeros((self.num_components, nodes), np.float32), 0
        for level in range(1, self.depth + 1):
            below = self.branching ** (self.depth - level)  # leaves of each node
            leaves = np.arange(self.num_components)
            paths[leaves, first + leaves // below] = 1
            first += self.branching**level
        return paths

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = super().get_config()
        config.pop("num_components")
        return {**config, "depth": self.depth, "branching": self.branching}
