"""Which tokens are hidden, how, and that it is a function of (seed, epoch, block)."""

import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.data import MaskedSource, TokenCorpus

PAD, UNKNOWN, START, SEPARATOR, MASK = range(5)
SPECIAL = (PAD, START, SEPARATOR, MASK)
VOCABULARY = 50


def corpus_of(tokens):
    tokens = np.asarray(tokens, np.int32)
    return TokenCorpus(tokens, np.array([0, len(tokens)]), num_bytes=0, num_unknown=0, start_id=START)


def noise(size, special_every=0, seed=0):
    """Random ordinary tokens, every so many of them a separator."""
    tokens = np.random.default_rng(seed).integers(5, VOCABULARY, size)
    if special_every:
        tokens[::special_every] = SEPARATOR
    return tokens


def source_of(tokens, **changes):
    arguments = {
        "batch_size": 4,
        "sequence_length": 12,
        "frame": (START, SEPARATOR),
        "mask_id": MASK,
        "vocabulary_size": VOCABULARY,
        "special_ids": SPECIAL,
        "seed": 3,
    }
    return MaskedSource(corpus_of(tokens), **{**arguments, **changes})


def epoch(source, number=0):
    """All rows of an epoch."""
    steps = range(number * source.steps_per_epoch, (number + 1) * source.steps_per_epoch)
    batches = [source.rows(step, 0, source.batch_size) for step in steps]
    return {name: np.concatenate([batch[name] for batch in batches]) for name in batches[0]}


def originals(rows):
    """The rows as they were before tokens were hidden, without the frame and the padding: a list of arrays."""
    texts = []
    for ids, seen, places, targets, weights in zip(
        *(rows[k] for k in ("token_ids", "padding_mask", "masked_positions", "targets", "weights")), strict=True
    ):
        ids = ids.copy()
        ids[places[weights > 0]] = targets[weights > 0]
        texts.append(ids[seen][1:-1])
    return texts


def test_every_token_of_the_text_stands_in_one_block_an_epoch():
    """107 tokens in blocks of 10, the last one of 7, in 3 batches of 4, the last row of which is none."""
    tokens = noise(107)
    source = source_of(tokens)
    assert (source.num_blocks, source.steps_per_epoch) == (11, 3)
    orders = []
    for number in range(2):
        rows = epoch(source, number)
        texts = originals(rows)
        blocks = [tuple(tokens[start : start + 10]) for start in range(0, 107, 10)]
        assert sorted(map(tuple, texts)) == sorted([*blocks, ()])
        orders.append([blocks.index(tuple(text)) for text in texts if len(text)])
        for ids, seen in zip(rows["token_ids"], rows["padding_mask"], strict=True):
            length = seen.sum()
            assert seen[:length].all()
            if length > 1:
                assert ids[0] == START and ids[length - 1] == SEPARATOR and not ids[length:].any()
        last = max(range(len(texts)), key=lambda row: texts[row].size == 7)
        assert rows["padding_mask"][last].sum() == 9
        empty = rows["padding_mask"].sum(-1) == 1  # sees its first place, so that attention over it is one
        assert empty.sum() == 1 and not rows["weights"][empty].any()
    assert orders[0] != orders[1] and orders[0] != sorted(orders[0])


def test_shares_of_what_is_asked_and_how_it_is_shown():
    """Over 3,000 blocks of 126 tokens, 19 asked for in each; a share is within four standard deviations."""
    tokens = noise(126 * 3000)
    rows = epoch(source_of(tokens, sequence_length=128, batch_size=100, shuffle=False))
    asked = int(rows["weights"].sum())
    assert asked == 3000 * round(0.15 * 126)
    shown = np.take_along_axis(rows["token_ids"], rows["masked_positions"], axis=1)
    hidden, kept = shown == MASK, shown == rows["targets"]
    replaced = ~hidden & ~kept
    # One random token in 46 is the token itself.
    for share, expected in ((hidden, 0.8), (kept, 0.1 + 0.1 / 46), (replaced, 0.1 - 0.1 / 46)):
        assert share.mean() == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / asked))
    drawn = shown[replaced]
    assert not np.isin(drawn, SPECIAL).any() and set(drawn) == {UNKNOWN, *range(5, VOCABULARY)}
    # What is not asked for is shown as it is, and all places are asked for alike.
    np.testing.assert_array_equal(np.concatenate(originals(rows)), tokens)
    untouched = rows["token_ids"].copy()
    np.put_along_axis(untouched, rows["masked_positions"], rows["targets"], axis=1)
    np.testing.assert_array_equal(untouched[:, 1:-1].ravel(), tokens)
    counts = np.bincount(rows["masked_positions"].ravel(), minlength=128)
    assert not counts[[0, 127]].any()
    assert abs(counts[1:-1] - asked / 126).max() < 5 * np.sqrt(asked / 126)


def test_places_are_in_order_and_none_is_asked_for_twice():
    rows = epoch(source_of(noise(1000), mask_rate=0.5))
    for places, weights in zip(rows["masked_positions"], rows["weights"], strict=True):
        assert (np.diff(places[weights > 0]) > 0).all()
        assert (np.diff(weights) <= 0).all()


def test_special_tokens_are_never_asked_for():
    source = source_of(noise(1000, special_every=3), mask_rate=1.0)
    rows = epoch(source)
    targets = rows["targets"][rows["weights"] > 0]
    assert len(targets) == (noise(1000, special_every=3) != SEPARATOR).sum() and not np.isin(targets, SPECIAL).any()


def test_at_least_one_token_of_a_block_is_asked_for():
    rows = epoch(source_of(noise(30), mask_rate=0.001))
    assert rows["weights"].sum(-1).tolist() == [1, 1, 1, 0]


@pytest.mark.parametrize("shuffle", [True, False])
def test_a_batch_is_a_function_of_seed_and_step(shuffle):
    """Asked in another order, of another object and in shares, it is the same."""
    source, other = (source_of(noise(107), shuffle=shuffle) for _ in range(2))
    expected = {step: source.rows(step, 0, 4) for step in range(2 * source.steps_per_epoch)}
    for step in reversed(expected):
        shares = [other.rows(step, first, count) for first, count in ((0, 1), (1, 1), (2, 2))]
        for name, value in expected[step].items():
            np.testing.assert_array_equal(np.concatenate([share[name] for share in shares]), value, err_msg=name)


def test_masks_depend_on_seed_and_epoch_unless_order_is_kept():
    tokens = np.tile(noise(10), 10)  # ten equal blocks: an order does not show, masks do

    def shown(number, **changes):
        return epoch(source_of(tokens, **changes), number)["token_ids"].tolist()

    assert shown(0) != shown(1) and shown(0) != shown(0, seed=4)
    assert len({tuple(row) for row in shown(0)}) > 5  # blocks differ in their masks
    assert shown(0, shuffle=False) == shown(1, shuffle=False) != shown(0, shuffle=False, seed=4)


def test_dataset_has_fixed_shapes():
    source = source_of(noise(107), mask_rate=0.4)
    assert {name: (tuple(spec.shape), spec.dtype) for name, spec in source.dataset().element_spec.items()} == {
        "token_ids": ((4, 12), tf.int32),
        "padding_mask": ((4, 12), tf.bool),
        "masked_positions": ((4, 4), tf.int32),
        "targets": ((4, 4), tf.int32),
        "weights": ((4, 4), tf.float32),
        "start": ((4,), tf.bool),
    }
    batches = list(source.dataset(start=2, steps=3).as_numpy_iterator())
    for step, batch in enumerate(batches, start=2):
        for name, value in source.rows(step, 0, 4).items():
            np.testing.assert_array_equal(batch[name], value, err_msg=f"{name} of step {step}")


def test_a_vocabulary_of_one_word():
    """A random token is that word; there is no other."""
    rows = epoch(source_of([5] * 25, vocabulary_size=6, special_ids=range(5), mask_share=0.0, random_share=1.0))
    assert set(rows["targets"][rows["weights"] > 0]) == {5} and set(rows["token_ids"].ravel()) == {PAD, 2, 3, 5}


def test_a_text_shorter_than_a_block():
    rows = epoch(source_of([7, 8], batch_size=1))
    assert rows["padding_mask"].sum() == 4 and rows["weights"].sum() == 1


@pytest.mark.parametrize(
    "tokens, changes, message",
    [
        ([], {}, "no token in it that could be hidden"),
        ([SEPARATOR] * 100, {}, "no token in it that could be hidden"),
        ([5], {"sequence_length": 2}, "data.sequence_length must be at least 3, not 2"),
        ([5], {"mask_share": 0.9, "random_share": 0.2}, "mask_share 0.9 and random_share 0.2 must not sum to more"),
    ],
)
def test_what_cannot_be_masked(tokens, changes, message):
    with pytest.raises(UserError, match=message) as error:
        source_of(tokens, **changes)
    assert "\n" not in str(error.value)
