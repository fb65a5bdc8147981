"""All sources of batches: what each reads, in which order, and that it is a function of the step."""

from itertools import pairwise

import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.data import BlockSource, LineSource, SegmentSource, StreamSource, TokenCorpus

END = 999


def corpus_of(size=103, line_lengths=None):
    """Tokens 0, 1, 2, ...: a token says where it stands."""
    lengths = line_lengths or [size]
    starts = np.cumsum([0, *lengths])
    tokens = np.arange(starts[-1], dtype=np.int32)
    return TokenCorpus(tokens=tokens, line_starts=starts, num_bytes=0, num_unknown=0, start_id=END)


def epoch(source, first=0):
    """All batches of an epoch."""
    return [source.rows(step, 0, source.batch_size) for step in range(first, first + source.steps_per_epoch)]


def targets(batches):
    return np.concatenate([batch["targets"][batch["weights"] > 0] for batch in batches])


SOURCES = {
    "stream": lambda: StreamSource(corpus_of(), batch_size=4, sequence_length=6),
    "blocks": lambda: BlockSource(corpus_of(), batch_size=4, sequence_length=6, seed=3),
    "lines": lambda: LineSource(
        corpus_of(line_lengths=[3, 0, 9, 1, 20, 4, 4]), batch_size=4, sequence_length=6, seed=3
    ),
    "segments": lambda: SegmentSource(corpus_of(), batch_size=4, segment_length=24, sequence_length=6),
}
every_source = pytest.mark.parametrize("make", SOURCES.values(), ids=SOURCES)


@every_source
def test_every_target_stands_behind_its_context(make):
    for batch in epoch(make()):
        counts = batch["weights"] > 0
        context, target = batch["token_ids"][counts], batch["targets"][counts]
        starts = context == END
        np.testing.assert_array_equal(context[~starts], target[~starts] - 1)
        assert set(np.unique(batch["weights"])) <= {0, 1}


@every_source
def test_a_batch_is_a_function_of_its_step(make):
    """Asked in another order, of another object and in shares, it is the same."""
    source, other = make(), make()
    steps = range(2 * source.steps_per_epoch)
    expected = {step: source.rows(step, 0, 4) for step in steps}
    for step in reversed(steps):
        halves = [other.rows(step, first, 2) for first in (0, 2)]
        for name, value in expected[step].items():
            np.testing.assert_array_equal(np.concatenate([half[name] for half in halves]), value, err_msg=name)


@every_source
def test_dataset_has_fixed_shapes_and_begins_at_its_step(make):
    source = make()
    rows, length = source.batch_size, source.sequence_length
    dataset = source.dataset(start=1, steps=3)
    assert {name: (spec.shape, spec.dtype) for name, spec in dataset.element_spec.items()} == {
        "token_ids": ((rows, length), tf.int32),
        "targets": ((rows, length), tf.int32),
        "weights": ((rows, length), tf.float32),
        "start": ((rows,), tf.bool),
    }
    batches = list(dataset.as_numpy_iterator())
    assert len(batches) == 3
    for step, batch in enumerate(batches, start=1):
        for name, value in source.rows(step, 0, rows).items():
            np.testing.assert_array_equal(batch[name], value, err_msg=f"{name} of step {step}")
    assert len(list(source.dataset())) == source.steps_per_epoch


def test_streams_go_on_from_batch_to_batch():
    """103 tokens in 4 streams of 25, of which 4 batches of 6 are read; then all begin again."""
    source = SOURCES["stream"]()
    assert source.carries_state and (source.stream_length, source.steps_per_epoch) == (25, 4)
    batches = epoch(source)
    whole = np.concatenate([batch["targets"] for batch in batches], axis=1)
    np.testing.assert_array_equal(whole, [np.arange(row * 25, row * 25 + 24) for row in range(4)])
    contexts = np.concatenate([batch["token_ids"] for batch in batches], axis=1)
    np.testing.assert_array_equal(contexts[:, 0], [END, 24, 49, 74])
    assert [batch["start"].tolist() for batch in batches] == [[True] * 4] + [[False] * 4] * 3
    np.testing.assert_array_equal(source.rows(4, 0, 4)["targets"], batches[0]["targets"])
    assert source.rows(4, 0, 4)["start"].all()


def test_blocks_are_each_read_once_an_epoch_in_another_order():
    source = SOURCES["blocks"]()
    first, second = epoch(source), epoch(source, first=source.steps_per_epoch)
    for batches in (first, second):
        np.testing.assert_array_equal(np.sort(targets(batches)), np.arange(103))
    assert targets(first).tolist() != targets(second).tolist() != sorted(targets(second).tolist())
    assert sum((batch["weights"].sum(-1) == 0).sum() for batch in first) == 2  # 18 blocks in 5 batches of 4
    assert not source.carries_state and all(batch["start"].all() for batch in first)


def test_blocks_in_order_without_a_seed():
    source = BlockSource(corpus_of(), batch_size=4, sequence_length=6, seed=None)
    for first in (0, source.steps_per_epoch):
        np.testing.assert_array_equal(targets(epoch(source, first)), np.arange(103))


def test_another_seed_is_another_order():
    orders = [
        targets(epoch(BlockSource(corpus_of(), batch_size=4, sequence_length=6, seed=s))).tolist() for s in (1, 2)
    ]
    assert orders[0] != orders[1]


def test_lines_start_anew_and_are_cut_where_they_are_too_long():
    """Lines of 3, 0, 9, 1 and 20 tokens in rows of at most 6."""
    source = LineSource(corpus_of(line_lengths=[3, 0, 9, 1, 20]), batch_size=3, sequence_length=6, seed=None)
    batches = epoch(source)
    rows = [list(t[w > 0]) for batch in batches for t, w in zip(batch["targets"], batch["weights"], strict=True)]
    bounds = [0, 3, 9, 12, 13, 19, 25, 31, 33]
    expected = [list(range(a, b)) for a, b in pairwise(bounds)]
    assert rows[: len(expected)] == expected and not any(rows[len(expected) :])
    assert all((batch["token_ids"][:, 0] == END).all() and batch["start"].all() for batch in batches)
    assert source.sequence_length == 6


def test_lines_are_no_wider_than_the_longest():
    source = LineSource(corpus_of(line_lengths=[2, 3]), batch_size=2, sequence_length=100, seed=1)
    assert source.sequence_length == 3
    np.testing.assert_array_equal(np.sort(targets(epoch(source))), np.arange(5))


@pytest.mark.parametrize("batch_size", [1, 2, 3, 4, 5, 100])
@pytest.mark.parametrize("multiple_of", [1, 2])
def test_segments_read_every_token_once_with_the_same_past(batch_size, multiple_of):
    """103 tokens in segments of 24: a token's past is its segment, whatever the batch size."""
    source = SegmentSource(
        corpus_of(), batch_size=batch_size, multiple_of=multiple_of, segment_length=24, sequence_length=6
    )
    assert source.batch_size % multiple_of == 0 and source.carries_state
    past, seen = {}, {}
    for batch in epoch(source):
        for row in range(source.batch_size):
            if batch["start"][row]:
                past[row] = []
            counts = batch["weights"][row] > 0
            for context, target in zip(batch["token_ids"][row][counts], batch["targets"][row][counts], strict=True):
                past[row].append(int(context))
                assert int(target) not in seen
                seen[int(target)] = tuple(past[row])
    assert seen == {
        token: tuple(END if i == 0 else i - 1 for i in range(token // 24 * 24, token + 1)) for token in range(103)
    }


def test_segments_of_a_text_shorter_than_a_chunk():
    source = SegmentSource(corpus_of(2), batch_size=8)
    assert (source.batch_size, source.steps_per_epoch) == (1, 1)
    np.testing.assert_array_equal(targets(epoch(source)), [0, 1])


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: StreamSource(corpus_of(20), batch_size=4, sequence_length=6), "20 tokens; 4 streams of 6 need 24"),
        (
            lambda: BlockSource(corpus_of(5), batch_size=1, sequence_length=6, seed=None),
            "5 tokens, fewer than one block",
        ),
        (lambda: LineSource(corpus_of(line_lengths=[0, 0]), batch_size=1, sequence_length=6, seed=1), "no line"),
    ],
    ids=["stream", "blocks", "lines"],
)
def test_too_little_text(make, message):
    with pytest.raises(UserError, match=message) as error:
        make()
    assert "\n" not in str(error.value)


def test_a_segment_is_of_whole_chunks():
    with pytest.raises(ValueError, match="segment_length 10 must be a multiple of sequence_length 4"):
        SegmentSource(corpus_of(), batch_size=1, segment_length=10, sequence_length=4)


def test_streams_forget_their_state_in_turn():
    source = StreamSource(corpus_of(400), batch_size=4, sequence_length=5, reset_every=8)
    assert source.steps_per_epoch == 20
    starts = np.stack([source.rows(step, 0, 4)["start"] for step in range(20)])  # (steps, rows)
    assert starts[0].all() and not starts[[1, 3, 5, 7]].any()
    for row, first in enumerate((8, 6, 4, 2)):
        assert np.flatnonzero(starts[1:, row]).tolist() == [step - 1 for step in range(first, 20, 8)]
    assert not any(source.rows(step, 0, 4)["start"].any() for step in range(21, 40))  # in the first epoch alone
    halves = [source.rows(4, first, 2)["start"] for first in (0, 2)]  # as two replicas ask for them
    assert np.concatenate(halves).tolist() == starts[4].tolist()
