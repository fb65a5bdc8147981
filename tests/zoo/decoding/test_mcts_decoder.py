"""Tree search against beam search at as many model calls, and against every text there is."""

import itertools

import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.decoding import BeamDecoder, MCTSDecoder
from langzoo.zoo.decoding.search_tree import SearchTree

from tests.zoo.decoding.table_model import TableModel
from tests.zoo.decoding.test_exact_distributions import exact, tiny

V, N, STOP = 6, 5, 0
TEXTS = [text for text in itertools.product(range(1, V), repeat=N)]


def searched(model, *, calls, judge=None, **options):
    """The best text of tree search after token 1, and the calls that it took."""

    def read(new):
        scores = model.log_probabilities[new[-1] if new else 1].copy()
        ruled = scores.copy()
        ruled[STOP] = -np.inf  # all texts have N tokens
        return scores, ruled

    settings = {"candidates": V, "exploration": 1.0, "rollout": 0, **options}
    tree = SearchTree(read=read, value=judge, stop_ids={STOP}, room=N, **settings)
    return tuple(tree.best_text(calls)[0]), tree.calls


def beamed(model, width):
    """All texts of a beam of that width, best first: by log-probability, as `BeamDecoder` ranks them."""
    beam: list[tuple[tuple[int, ...], float]] = [((), 0.0)]
    for _ in range(N):
        after = [
            ((*text, token), log + model.log_probabilities[text[-1] if text else 1][token])
            for text, log in beam
            for token in range(1, V)
        ]
        beam = sorted(after, key=lambda pair: -pair[1])[:width]
    return [text for text, _ in beam]


def log_probability(model, text):
    return sum(model.log_probabilities[before][after] for before, after in itertools.pairwise((1, *text)))


@pytest.mark.ci
@pytest.mark.parametrize("width", [2, 4, 8])
def test_a_higher_score_than_beam_at_as_many_calls(width):
    """The scorer's value of the best text, over 40 models; the beam chooses among all its texts by it, too."""
    ours, beams = [], []
    for seed in range(40):
        model, wish = TableModel.random(V, seed=seed), np.random.default_rng(seed).normal(size=(N, V))
        worth = lambda text, wish=wish: float(sum(wish[i, token] for i, token in enumerate(text)))  # noqa: E731
        text, calls = searched(model, calls=width, judge=worth)
        assert calls <= width * N  # a beam reads as many: `width` texts for each token
        ours.append(worth(text))
        beams.append(max(map(worth, beamed(model, width))))
    assert np.mean(ours) > np.mean(beams)
    wins = [one - other for one, other in zip(ours, beams, strict=True)]
    assert sum(each > 1e-9 for each in wins) > 2 * sum(each < -1e-9 for each in wins)


@pytest.mark.parametrize("rollout", [0, pytest.param(3, marks=pytest.mark.ci)])
def test_with_calls_enough_it_finds_the_best_text(rollout):
    for seed in range(5):
        model = TableModel.random(V, seed=seed)
        text, _ = searched(model, calls=5_000, rollout=rollout)
        assert text == max(TEXTS, key=lambda each: log_probability(model, each))


def test_a_models_best_text():
    """Live, with rules and a text that ends."""
    best = max(exact("lstm"), key=exact("lstm").__getitem__)
    names = ["<unk>", "<eos>", "a", "b"]
    wanted = [names[token] for token in best if token != 1]
    options = {"decoder": "mcts", "calls": 200, "max_tokens": 3, "stop": [""]}
    (found, other) = tiny("lstm").generate(["a b a", ""], **options)
    assert found["tokens"] == wanted
    np.testing.assert_allclose(
        found["log_probabilities"],
        tiny("lstm").score([" ".join(["a b a", *wanted])])[0]["log_probabilities"][3:],
        atol=1e-4,
    )
    (alone,) = tiny("lstm").generate([""], **options)
    assert alone == other
    (ruled,) = tiny("lstm").generate([""], **options, allowed_words="b", min_new_tokens=2)
    assert set(ruled["tokens"]) == {"b"}


@pytest.mark.parametrize(("calls", "rollout"), [(1, 1), (2, 9), (8, 20)])
def test_rollouts_may_take_more_calls_than_a_token_has(calls, rollout):
    text, _ = searched(TableModel.random(V, seed=0), calls=calls, rollout=rollout)
    assert len(text) == N


def test_refusals():
    with pytest.raises(UserError, match="calls must be an integer from 1"):
        MCTSDecoder(calls=0)
    with pytest.raises(UserError, match="label 'good' needs a scorer"):
        MCTSDecoder(label="good")
    with pytest.raises(UserError, match="no/such"):
        tiny("lstm").generate(["a"], decoder="mcts", scorer="no/such")


def test_beam_here_is_beam_search():
    """`beamed` gives the texts of `BeamDecoder`."""
    logits = TableModel.random(V, seed=1).log_probabilities
    logits[:, STOP] = -30.0
    model = TableModel(logits - np.log(np.exp(logits).sum(-1, keepdims=True)))
    found = BeamDecoder(width=4, length_penalty=0.0).decode(
        model,
        tf.constant([[1]]),
        tf.constant([1]),
        max_tokens=N,
        stop_ids=tf.constant([STOP]),
        seeds=tf.constant([0]),
        num_results=4,
    )
    assert [tuple(row) for row in found["token_ids"].numpy().tolist()] == beamed(model, 4)
