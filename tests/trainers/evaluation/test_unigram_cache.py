import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.evaluation.unigram_cache import UnigramCache

TOKENS = np.random.default_rng(0).integers(0, 6, 300)


@pytest.mark.parametrize(("size", "decay"), [(1, 1.0), (7, 1.0), (7, 0.6), (1000, 0.9), (50, 0.5)])
def test_probabilities_are_those_of_plain_numpy(size, decay):
    cache = UnigramCache(size, vocabulary_size=6, decay=decay)
    found = np.concatenate([cache.read(piece) for piece in np.array_split(TOKENS, 7)])
    expected = [1 / 6]
    for place in range(1, len(TOKENS)):
        before = TOKENS[max(place - size, 0) : place][::-1]
        weights = decay ** np.arange(len(before))
        expected.append(weights[before == TOKENS[place]].sum() / weights.sum())
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-9)
    assert len(cache._last) <= size and len(cache._weights) <= min(size, 6)


def test_a_token_that_weighs_next_to_nothing_is_still_there():
    """Seen at 0 and 100 alone: after 500 more its first weight is 0.9^500, of which nothing can be told."""
    tokens = np.ones(1200, int)
    tokens[[0, 100]] = 2
    cache = UnigramCache(500, vocabulary_size=6, decay=0.9)
    assert np.isfinite(cache.read(tokens)).all()
    assert cache._weights.keys() == cache._counts.keys() == {1}


@pytest.mark.parametrize(
    ("size", "decay", "message"),
    [
        (0, 1.0, "--cache 0: must be from 1 to 1,000,000 tokens"),
        (10**7, 1.0, "--cache 10000000: must be"),
        (5, 0.0, "--cache-decay 0.0: must be above 0 and at most 1"),
        (5, 1.1, "--cache-decay 1.1: must"),
    ],
)
def test_wrong_options(size, decay, message):
    with pytest.raises(UserError, match=message):
        UnigramCache(size, vocabulary_size=6, decay=decay)
