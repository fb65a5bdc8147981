import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.decoding import SamplingDecoder, StepContext, tensors_of

PROBABILITIES = np.array([0.05, 0.4, 0.02, 0.25, 0.18, 0.1])
DRAWS = 5_000


def draw(decoder, probabilities=PROBABILITIES, draws=DRAWS, step=0):
    """One draw for each of many seeds."""
    log_probabilities = tf.cast(tf.math.log(probabilities), tf.float32)
    rows = tf.tile(log_probabilities[tf.newaxis], [draws, 1])
    return choose(tensors_of(decoder), rows, tf.constant(step), tf.range(draws)).numpy()


@tf.function(reduce_retracing=True)
def choose(parameters, rows, step, seeds):
    decoder = SamplingDecoder().with_values(parameters)
    tokens, parents, _ = decoder.choose(rows, {}, context=StepContext(step=step, seeds=seeds))
    assert parents is None
    return tokens


OPTIONS_OF_ROWS = (
    {"temperature": 0.5, "top_k": 0, "top_p": 1.0},
    {"temperature": 0.0, "top_k": 2, "top_p": 0.5},
    {"temperature": 2.0, "top_k": 3, "top_p": 1.0},
    {"temperature": 1.0, "top_k": 100, "top_p": 0.41},
    {"temperature": 3.0, "top_k": 1, "top_p": 0.9},
)


def test_rows_with_options_of_their_own_draw_as_they_would_alone():
    rows = {name: tf.constant([options[name] for options in OPTIONS_OF_ROWS] * 200) for name in OPTIONS_OF_ROWS[0]}
    together = draw(SamplingDecoder().with_values(rows), draws=1_000).reshape(200, 5)
    for i, options in enumerate(OPTIONS_OF_ROWS):
        assert together[:, i].tolist() == draw(SamplingDecoder(**options), draws=1_000)[i::5].tolist()
    assert len(set(together.ravel().tolist())) > 3


def kept_by_hand(temperature=1.0, top_k=0, top_p=1.0):
    """Plain Python: the tokens that may be drawn, and their probabilities."""
    p = PROBABILITIES ** (1 / temperature)
    order = np.argsort(-p)[: top_k or None]
    p, kept, mass = p / p[order].sum(), [], 0.0
    for token in order:
        if mass >= top_p:
            break
        kept.append(token)
        mass += p[token]
    return {int(token): p[token] / p[kept].sum() for token in kept}


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"temperature": 0.5},
        {"temperature": 3.0},
        {"top_k": 1},
        {"top_k": 3},
        {"top_k": 100},
        {"top_p": 0.39},
        {"top_p": 0.41},
        {"top_p": 0.9},
        {"top_p": 1e-6},
        {"temperature": 2.0, "top_k": 4, "top_p": 0.7},
    ],
    ids=str,
)
def test_draws_the_right_tokens_as_often_as_they_should_be(options):
    """Chi-square over the kept tokens; the 0.999 quantile of 5 degrees of freedom is 20.5. Seeds are fixed."""
    expected = kept_by_hand(**options)
    tokens, counts = np.unique(draw(SamplingDecoder(**options)), return_counts=True)
    assert set(tokens.tolist()) == set(expected)
    share = np.array([expected[token] for token in tokens.tolist()])
    assert ((counts - DRAWS * share) ** 2 / (DRAWS * share)).sum() < 20.5


def test_equals_at_the_edge_of_top_k_all_stay():
    assert set(draw(SamplingDecoder(top_k=2), np.array([0.4, 0.2, 0.2, 0.2]), 500).tolist()) == {0, 1, 2, 3}


@pytest.mark.parametrize("temperature", [0, 0.0, 1e-3, 1e-30, 1e-38])
def test_a_temperature_of_0_or_nearly_so_is_greedy(temperature):
    assert set(draw(SamplingDecoder(temperature=temperature), draws=200).tolist()) == {1}


def test_a_huge_temperature_is_uniform():
    _, counts = np.unique(draw(SamplingDecoder(temperature=1e30)), return_counts=True)
    assert len(counts) == 6 and np.abs(counts / DRAWS - 1 / 6).max() < 0.03


@pytest.mark.parametrize("options", [{}, {"temperature": 100.0}, {"top_k": 5}, {"top_p": 0.999999}], ids=str)
def test_an_impossible_token_is_never_drawn(options):
    with np.errstate(divide="ignore"):
        tokens = draw(SamplingDecoder(**options), np.array([0, 0.5, 0, 0.5, 0.0]))
    assert set(tokens.tolist()) == {1, 3}


def test_steps_and_seeds_are_independent_draws():
    first, second = draw(SamplingDecoder()), draw(SamplingDecoder(), step=1)
    together = np.histogram2d(first, second, bins=6)[0] / DRAWS
    np.testing.assert_allclose(together, np.outer(PROBABILITIES, PROBABILITIES), atol=0.02)


def test_ten_thousand_equal_words_are_drawn_from_end_to_end():
    tokens = draw(SamplingDecoder(), np.full(10_000, 1e-4), 1_000)
    assert tokens.min() < 50 and tokens.max() >= 9_950 and abs(tokens.mean() - 5_000) < 400


@pytest.mark.parametrize(
    "name, value",
    [
        ("temperature", -0.1),
        ("temperature", float("nan")),
        ("temperature", float("inf")),
        ("temperature", "hot"),
        ("top_k", -1),
        ("top_k", 2.5),
        ("top_p", 0.0),
        ("top_p", 1.1),
        ("top_p", float("nan")),
    ],
)
def test_ranges(name, value):
    with pytest.raises(UserError, match=f"{name} must be a"):
        SamplingDecoder(**{name: value})


def test_numbers_may_be_of_numpy_and_share_a_graph():
    one, other = SamplingDecoder(temperature=np.float32(0.5), top_k=np.int64(3)), SamplingDecoder(temperature=1)
    assert one.graph_key() == other.graph_key()
    assert {n: v.dtype for n, v in tensors_of(one).items()} == {n: v.dtype for n, v in tensors_of(other).items()}
