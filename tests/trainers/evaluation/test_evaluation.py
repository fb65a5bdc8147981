import math

import pytest
from langzoo.trainers.evaluation import Evaluation


def test_what_follows_from_the_loss():
    found = Evaluation(tokens=6, loss=2 * math.log(2), unknown_rate=0.0, num_bytes=8)
    assert found.perplexity == pytest.approx(4)
    assert found.bits_per_byte == pytest.approx(6 * 2 / 8)


@pytest.mark.parametrize("loss", [1e4, math.inf])
def test_a_perplexity_beyond_all_numbers_is_infinite(loss):
    assert Evaluation(tokens=1, loss=loss, unknown_rate=0.0, num_bytes=1).perplexity == math.inf
