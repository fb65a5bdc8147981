"""The tree prior: its leaves against a walk through the tree, and a tree of one level against the mixture."""

import itertools

import numpy as np
from langzoo.layers.probabilistic import MixturePrior, TreePrior
from scipy.special import log_softmax, logsumexp, softmax
from scipy.stats import norm

RANDOM = np.random.default_rng(4)
DEPTH, BRANCHING, Z = 3, 2, 2


def built(kind, **shape):
    layer = kind(Z, **shape)
    layer.build()
    layer.set_weights([RANDOM.normal(size=weight.shape) for weight in layer.weights])
    return layer


def leaves_by_walking(layer):
    """For each leaf log w, mean and log variance, from the root down."""
    logits, means, log_variances = (weight.numpy() for weight in layer.weights)
    found = []
    for path in itertools.product(range(BRANCHING), repeat=DEPTH):
        parent, first, inner = 0, 0, 0  # number within its level; nodes, and inner nodes, of the levels above
        leaf = np.zeros(1 + 2 * Z)
        for level, branch in enumerate(path):
            leaf[0] += log_softmax(logits[inner + parent])[branch]
            inner += BRANCHING**level
            parent = parent * BRANCHING + branch
            leaf[1:] += np.concatenate([means[first + parent], log_variances[first + parent]])
            first += BRANCHING ** (level + 1)
        found.append(leaf)
    return np.array(found)


def test_leaves_are_sums_along_their_paths():
    layer = built(TreePrior, depth=DEPTH, branching=BRANCHING)
    log_weights, means, log_variances = layer.components()
    expected = leaves_by_walking(layer)
    np.testing.assert_allclose(log_weights, expected[:, 0], rtol=1e-5)
    np.testing.assert_allclose(np.concatenate([means, log_variances], axis=1), expected[:, 1:], rtol=1e-5)
    assert np.isclose(np.exp(log_weights).sum(), 1)
    assert list(layer.names)[:3] == ["0.0.0", "0.0.1", "0.1.0"] and len(layer.names) == 8


def test_density_posterior_and_divergence_are_those_of_all_leaves():
    layer = built(TreePrior, depth=DEPTH, branching=BRANCHING)
    leaves, z = leaves_by_walking(layer), RANDOM.normal(size=(6, Z)).astype(np.float32)
    means, deviations = leaves[:, 1 : 1 + Z], np.exp(leaves[:, 1 + Z :] / 2)
    joint = leaves[:, 0] + norm.logpdf(z[:, np.newaxis], means, deviations).sum(-1)  # (6, L)
    posterior = softmax(joint, axis=-1)
    np.testing.assert_allclose(layer.responsibilities(z), posterior, atol=1e-5)
    mean, log_variance = RANDOM.normal(size=(2, 6, Z)).astype(np.float32)
    own = norm.logpdf(z, mean, np.exp(log_variance / 2)).sum(-1)
    np.testing.assert_allclose(layer.divergence(z, mean, log_variance)[:, 0], own - logsumexp(joint, -1), rtol=1e-4)
    bound = (posterior * (joint - np.log(posterior))).sum(-1)  # of the leaf, with its exact posterior
    np.testing.assert_allclose(layer.log_density(z), bound, rtol=1e-4)


def test_a_tree_of_one_level_is_the_mixture():
    tree, mixture = built(TreePrior, depth=1, branching=4), built(MixturePrior, num_components=4)
    logits, *others = tree.get_weights()
    mixture.set_weights([logits[0], *others])
    z = RANDOM.normal(size=(5, Z)).astype(np.float32)
    np.testing.assert_allclose(tree.log_joint(z), mixture.log_joint(z), rtol=1e-6)


def test_what_an_example_of_a_leaf_moves_is_shared_by_its_branch():
    import tensorflow as tf

    layer = built(TreePrior, depth=2, branching=2)
    with tf.GradientTape() as tape:
        loss = layer.components()[1][0, 0]  # of the leaf 0.0
    (gradient,) = tape.gradient(loss, [layer.means.value])
    assert gradient.numpy()[:, 0].tolist() == [1, 0, 1, 0, 0, 0]  # nodes 0, 1, 0.0, 0.1, 1.0, 1.1


def test_it_is_read_back_from_its_configuration():
    twin = TreePrior.from_config(built(TreePrior, depth=2, branching=3).get_config())
    assert (twin.depth, twin.branching, twin.num_components) == (2, 3, 9)
