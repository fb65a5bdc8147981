import numpy as np
import pytest
from langzoo.layers.recurrent import SlidingWindow

from tests.checks.layer import check_layer

TOKENS = np.array([[5, 6, 7, 8, 9], [1, 2, 3, 4, 5]], np.int32)


def windows(text, size):
    """Plain Python: for every position the words up to it, at most `size`, with zeros behind."""
    found = []
    for end in range(1, len(text) + 1):
        words = list(text[max(0, end - size) : end])
        found.append((words + [0] * (size - len(words)), [True] * len(words) + [False] * (size - len(words))))
    return found


def check(out, texts, size):
    expected = [window for text in texts for window in windows(text, size)]
    assert out["token_ids"].numpy().tolist() == [words for words, _ in expected]
    assert out["padding_mask"].numpy().tolist() == [mask for _, mask in expected]


def test_contract():
    check_layer(lambda: SlidingWindow(3), TOKENS, mixed_precision=False, batch_independent=False)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8])
def test_equals_plain_python(size):
    check(SlidingWindow(size)(TOKENS), TOKENS.tolist(), size)


@pytest.mark.parametrize("size", [1, 3, 8])
@pytest.mark.parametrize("cut", range(1, 5))
def test_cut_anywhere_gives_the_windows_of_the_whole(size, cut):
    layer = SlidingWindow(size)
    first = layer(TOKENS[:, :cut])
    second = layer(TOKENS[:, cut:], state=first["state"])
    whole = layer(TOKENS)
    for name in ("token_ids", "padding_mask"):
        parts = [p[name].numpy().reshape(2, -1, size) for p in (first, second)]
        np.testing.assert_array_equal(np.concatenate(parts, axis=1), whole[name].numpy().reshape(2, 5, size))
    for name, value in whole["state"].items():
        np.testing.assert_array_equal(second["state"][name], value)


@pytest.mark.parametrize("size", [1, 3, 8])
def test_padding_is_no_part_of_the_state(size):
    lengths = np.array([2, 4])
    layer = SlidingWindow(size)
    state = layer(TOKENS, padding_mask=np.arange(5) < lengths[:, None])["state"]
    for row, length in enumerate(lengths):
        alone = layer(TOKENS[row : row + 1, :length])["state"]
        n = int(alone["length"][0])
        assert int(state["length"][row]) == n == min(length, size)
        assert state["window"][row, size - n :].numpy().tolist() == TOKENS[row, length - n : length].tolist()


def test_size_is_checked():
    with pytest.raises(ValueError, match="size must be at least 1, not 0"):
        SlidingWindow(0)
