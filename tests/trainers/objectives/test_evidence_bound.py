"""The evidence bound: its terms with NumPy, its schedules, and the importance-weighted bound where it is known."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers import WordTokenizer
from langzoo.layers.plain.errors import UserError
from langzoo.layers.probabilistic import NormalPrior
from langzoo.trainers.data import TokenCorpus
from langzoo.trainers.objectives import EvidenceBound
from langzoo.trainers.tasks import training_class
from langzoo.trainers.training_config import TrainingConfig
from scipy.stats import multivariate_normal

TOKENIZER = WordTokenizer(["<unk>", "<eos>", *"abcdefgh"])
LINES = [[2, 3, 1], [4, 1], [5, 6, 7, 8, 1]]
CORPUS = TokenCorpus(
    np.array([token for line in LINES for token in line], np.int32), np.array([0, 3, 5, 10]), 0, 0, start_id=1
)


@pytest.fixture(scope="module", params=["normal", "tree"])
def learnt(request):
    keras.utils.set_random_seed(2)
    changes = {"prior": request.param, "vocabulary_size": 10, "initializer_range": 0.5, "hidden_dim": 8}
    model = zoo.create("lstm_vae_tiny", tokenizer=TOKENIZER, **changes)
    training = TrainingConfig().with_settings({"data.arrangement": "lines"})
    learning = training_class("latent_lm")(training, config=model.config, tokenizer=TOKENIZER)
    return model, learning.evaluation_source(CORPUS, batch_size=4).rows(0, 0, 4)  # the last row is padding


def terms_of(model, batch, *, training, **settings):
    terms, _ = EvidenceBound(**settings).terms(model, batch, {}, training=training)
    return {name: float(term.total()) for name, term in terms.items()}


def expected_terms(model, batch):
    """Sums of -log p(x | z), and KL of each sentence, with the z that the objective draws."""
    mask = batch["weights"] > 0
    q = model.encode({"token_ids": batch["targets"], "padding_mask": mask})
    z = EvidenceBound().drawn(q, batch["seeds"], 0)
    logits = model({"token_ids": batch["token_ids"], "latent": z})["logits"]
    losses = -np.take_along_axis(tf.nn.log_softmax(logits).numpy(), batch["targets"][..., None], -1)[..., 0]
    mean, log_variance = (q[name].numpy() for name in ("mean", "log_variance"))
    if model.config.prior == "normal":
        kl = (mean**2 + np.exp(log_variance) - log_variance - 1).sum(-1) / 2
    else:
        noise = (z.numpy() - mean) / np.exp(log_variance / 2)
        own = -(np.log(2 * np.pi) + log_variance + noise**2).sum(-1) / 2
        kl = own - model.prior.log_density(z).numpy()
    return (losses * batch["weights"]).sum(), kl[:3]


def test_the_terms_are_what_numpy_says(learnt):
    model, batch = learnt
    found = terms_of(model, batch, training=False, annealing_steps=10, free_bits=99.0)
    reconstruction, kl = expected_terms(model, batch)
    np.testing.assert_allclose(found["reconstruction"], reconstruction, rtol=1e-4)
    np.testing.assert_allclose([found["kl"], found["kl_per_sentence"]], [kl.sum()] * 2, rtol=1e-4)
    np.testing.assert_allclose(found["bound"], reconstruction + kl.sum(), rtol=1e-4)


def test_parts_of_a_batch_sum_to_the_whole(learnt):
    """What replicas and accumulation rest on: no term of a row depends on the rows beside it."""
    model, batch = learnt
    settings = {"training": True, "annealing": "none", "free_bits": 0.5, "word_dropout": 0.5}
    whole = terms_of(model, batch, **settings)
    parts = [
        terms_of(model, {name: value[rows] for name, value in batch.items()}, **settings)
        for rows in (slice(0, 1), slice(1, 4))
    ]
    for name in whole:
        np.testing.assert_allclose(sum(part[name] for part in parts), whole[name], rtol=1e-4, err_msg=name)
    assert terms_of(model, batch, **settings) == whole  # drawn alike whenever it is asked


def test_training_weighs_the_kl_and_frees_its_bits(learnt):
    model, batch = learnt
    _, kl = expected_terms(model, batch)
    batch = {**batch, "step": np.full(4, 25, np.int32)}
    found = terms_of(model, batch, training=True, annealing_steps=100, free_bits=float(kl.mean()))
    np.testing.assert_allclose(found["kl"], 0.25 * np.maximum(kl, kl.mean()).sum(), rtol=1e-4)
    np.testing.assert_allclose(found["kl_per_sentence"], kl.sum(), rtol=1e-4)


def test_free_bits_of_dimensions(learnt):
    model, batch = learnt
    objective = EvidenceBound(annealing="none", free_bits=0.3, free_bits_per="dimension")
    if model.config.prior != "normal":
        with pytest.raises(UserError, match=r"free_bits_per dimension is for the normal prior.*tree"):
            objective.check(model)
        return
    q = model.encode({"token_ids": batch["targets"], "padding_mask": batch["weights"] > 0})
    mean, log_variance = q["mean"].numpy()[:3], q["log_variance"].numpy()[:3]
    each = (mean**2 + np.exp(log_variance) - log_variance - 1) / 2
    terms, _ = objective.terms(model, batch, {}, training=True)
    np.testing.assert_allclose(terms["kl"].total(), np.maximum(each, 0.3).sum(), rtol=1e-4)


def test_word_dropout_shows_unknown_words_after_the_start(learnt):
    model, batch = learnt
    shown = EvidenceBound(word_dropout=1.0)._shown(model, batch).numpy()
    assert (shown[:, 0] == 1).all() and (shown[:, 1:] == 0).all()
    seeds = np.arange(4000, dtype=np.int32)
    ids = {"token_ids": np.full((4000, 5), 3, np.int32), "seeds": seeds}
    hidden = EvidenceBound(word_dropout=0.3)._shown(model, ids).numpy()[:, 1:] == 0
    assert abs(hidden.mean() - 0.3) < 0.01 and (abs(hidden.mean(0) - 0.3) < 0.03).all()


def test_word_dropout_needs_an_unknown_word():
    from langzoo.layers import ByteTokenizer

    model = SimpleNamespace(config=SimpleNamespace(prior="normal"), need_tokenizer=ByteTokenizer)
    with pytest.raises(UserError, match="puts <unk> in place of words"):
        EvidenceBound(word_dropout=0.1).check(model)


@pytest.mark.parametrize(
    "settings, expected",
    [
        ({"annealing": "none"}, [1, 1, 1, 1, 1]),
        ({}, [0, 0.25, 0.5, 1, 1]),
        ({"annealing": "sigmoid"}, [0.002473, 0.047426, 0.5, 0.997527, 0.997527]),
        ({"cycle_steps": 10}, [0, 0.25, 0.5, 0, 0.75]),
    ],
)
def test_the_weight_of_the_kl(settings, expected):
    steps = np.array([0, 1, 2, 10, 13], np.int32)
    found = EvidenceBound(annealing_steps=4, **settings).kl_weight(steps)
    np.testing.assert_allclose(found, expected, atol=1e-5)


LOADINGS = np.array([[1.0, -0.5, 0.3], [0.2, 0.8, -1.0]], np.float32)  # (Z, T)
POINTS = np.array([[0.4, -1.1, 0.7], [1.5, 0.2, -0.3]], np.float32)  # (B, T)
REPEATS = 500
ROWS = np.tile(POINTS, (REPEATS, 1))


class LinearGaussian:
    """p(z) = N(0, I), p(x | z) = N(z L, I), with a q that is a little off; of which log p(x) is known."""

    prior = NormalPrior(2)

    def encode(self, inputs, training=None):
        del inputs, training
        precision = np.eye(2) + LOADINGS @ LOADINGS.T
        mean = ROWS @ LOADINGS.T @ np.linalg.inv(precision)
        spread = np.log(1.3 * np.diag(np.linalg.inv(precision)))
        return {
            "mean": tf.constant(mean + 0.1, tf.float32),
            "log_variance": tf.constant(np.tile(spread, (len(ROWS), 1)), tf.float32),
        }

    def start_state(self, z):
        return z

    def negative_log_likelihood(self, inputs, targets, state, training):
        del inputs, targets, training
        return 0.5 * (np.log(2 * np.pi) + tf.square(ROWS - tf.matmul(state, LOADINGS))), {}


def importance_bound(samples):
    """The mean of the bounds of both points over all rows, which differ in their draws."""
    ids = np.zeros((2 * REPEATS, 3), np.int32)
    seeds = np.arange(2 * REPEATS, dtype=np.int32)
    batch = {"token_ids": ids, "targets": ids, "weights": np.ones(ids.shape, np.float32), "seeds": seeds, "step": seeds}
    terms = tf.function(
        lambda: EvidenceBound(importance_samples=samples).terms(LinearGaussian(), batch, {}, training=False)[0],
        autograph=False,
    )()
    return {name: float(terms[name].total()) / REPEATS for name in ("bound", "importance_bound")}


def test_the_importance_weighted_bound_comes_to_the_exact_likelihood():
    exact = -multivariate_normal(np.zeros(3), np.eye(3) + LOADINGS.T @ LOADINGS).logpdf(POINTS).sum()
    few, more, many = (importance_bound(samples) for samples in (2, 8, 100))
    assert few["bound"] > few["importance_bound"] > more["importance_bound"] > exact - 0.02
    assert few["bound"] - exact > 0.05
    assert many["importance_bound"] == pytest.approx(exact, abs=0.02)


def test_what_is_reported_has_a_direction():
    objective = EvidenceBound(importance_samples=3)
    means = dict.fromkeys((*objective.shares, *objective.metrics), 2.0)
    figures = objective.figures(means)
    assert figures["importance_perplexity"] == pytest.approx(np.e**2) and figures["loss"] == 4.0
    assert figures.keys() <= objective.directions().keys()
    assert objective.figures({**means, "importance_bound": 1e4})["importance_perplexity"] == float("inf")
