"""Sources and targets from plain text: T5's spans against the algorithm of its code, prefixes, BART's infilling."""

import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.data import TokenCorpus
from langzoo.trainers.data.prefix_source import PrefixSource
from langzoo.trainers.data.random_spans import random_spans
from langzoo.trainers.data.span_corruption_source import SpanCorruptionSource
from langzoo.trainers.data.text_infilling_source import TextInfillingSource

END, MASK, FIRST = 1, 3, 10
SENTINELS = tuple(range(9000, 8900, -1))


def corpus_of(*sizes):
    """Documents of tokens in a row that never repeat, each ended by END."""
    begins = np.cumsum([FIRST, *sizes])
    parts = [np.append(np.arange(b, b + size), END) for b, size in zip(begins, sizes, strict=False)]
    starts = np.cumsum([0, *map(len, parts)])
    tokens = np.concatenate(parts).astype(np.int32)
    return TokenCorpus(tokens, starts, 0, 0, start_id=END, document_starts=starts)


def source_of(kind, *sizes, **changes):
    given = {"batch_size": 4, "sequence_length": 32, "end_id": END, "seed": 5}
    given |= {SpanCorruptionSource: {"sentinel_ids": SENTINELS}, TextInfillingSource: {"mask_id": MASK}}.get(kind, {})
    return kind(corpus_of(*sizes or (400, 3, 1, 50, 37)), **{**given, **changes})


def pairs(source, epochs=1):
    """Sources and targets with their end tokens."""
    for step in range(source.steps_per_epoch * epochs):
        rows = source.rows(step, 0, source.batch_size)
        for row in np.flatnonzero(rows["weights"].any(-1)):
            yield rows["source_ids"][row][rows["source_mask"][row]], rows["targets"][row][rows["weights"][row] > 0]


def reference(length, draw, density, mean):
    """random_spans_noise_mask of google-research/text-to-text-transfer-transformer, with NumPy for TensorFlow."""
    original, length = length, max(length, 2)
    noise = min(max(int(np.round(np.float32(length) * np.float32(density))), 1), length - 1)
    spans = max(int(np.round(np.float32(noise) / np.float32(mean))), 1)

    def segmentation(items, segments):
        first = np.concatenate([[0], draw.permutation((np.arange(items - 1) < segments - 1).astype(np.int32))])
        ids = np.cumsum(first)
        return np.array([(ids == each).sum() for each in range(segments)])

    noise_lengths = segmentation(noise, spans)
    nonnoise_lengths = segmentation(length - noise, spans)
    interleaved = np.reshape(np.stack([nonnoise_lengths, noise_lengths], axis=1), [spans * 2])
    indicator = np.zeros(length, np.int32)
    indicator[np.cumsum(interleaved)[:-1]] = 1
    return (np.cumsum(indicator) % 2 == 1)[:original]


@pytest.mark.parametrize("density, mean", [(0.15, 3.0), (0.15, 10.0), (0.5, 3.0), (0.3, 1.0)])
def test_spans_are_those_of_the_reference(density, mean):
    for length in (2, 3, 7, 20, 114, 568):
        for seed in range(5):
            found = random_spans(length, np.random.default_rng(seed), rate=density, mean_span_length=mean)
            expected = reference(length, np.random.default_rng(seed), density, mean)
            np.testing.assert_array_equal(found, expected, err_msg=f"{length} {seed}")


def test_lengths_of_blocks_are_those_of_the_paper():
    """512 tokens of input are 568 of text, and 114 of target (Raffel et al. 2020, and the code's comment)."""
    source = source_of(SpanCorruptionSource, 3000, sequence_length=512)
    assert (source.blocks.stops - source.blocks.starts).max() == 568 and source.fields["targets"][1] == (114,)
    assert source.fields["source_ids"][1] == (512,)


@pytest.mark.parametrize("length", [8, 17, 32, 100])
def test_spans_are_replaced_in_the_source_and_stand_in_the_target(length):
    source = source_of(SpanCorruptionSource, sequence_length=length)
    missing = seen = spans = 0
    for shown, target in pairs(source, 3):
        assert shown[-1] == target[-1] == END and target[0] == SENTINELS[0]
        places = np.flatnonzero(target > 8000)
        assert target[places].tolist() == list(SENTINELS[: len(places)]) == shown[shown > 8000].tolist()
        parts = {each[0]: each[1:] for each in np.split(target[:-1], places[1:])}
        whole = np.concatenate([parts.get(token, [token]) for token in shown[:-1]])
        assert (np.diff(whole) == 1).all() and END not in whole  # one stretch of one document
        assert all(len(part) for part in parts.values()) and shown[0] < 8000
        missing, seen, spans = missing + len(target) - 1 - len(places), seen + len(whole), spans + len(places)
    if length == 100:
        assert missing / seen == pytest.approx(0.15, abs=0.01) and missing / spans == pytest.approx(3, abs=0.4)
    if length >= 32:  # of shorter blocks one span alone is missing, which stands at the end
        other = source_of(SpanCorruptionSource, sequence_length=length, seed=6)
        assert {tuple(each) for each, _ in pairs(source)} != {tuple(each) for each, _ in pairs(other)}


def test_a_prefix_and_what_follows():
    cuts = []
    for shown, target in pairs(source_of(PrefixSource, 32 * 300), 1):
        assert shown[-1] == target[-1] == END
        whole = np.concatenate([shown[:-1], target[:-1]])
        assert (np.diff(whole) == 1).all() and len(shown) > 1 and len(target) > 1
        cuts.append(len(shown) - 1)
    assert min(cuts) == 1 and max(cuts) == 31 and np.mean(cuts) == pytest.approx(16, abs=4 * 9 / np.sqrt(300))


def test_infilling_gives_the_whole_text_back():
    hidden = seen = masks = 0
    for shown, target in pairs(source_of(TextInfillingSource, 31 * 300), 1):
        assert shown[-1] == target[-1] == END and (np.diff(target[:-1]) == 1).all()
        kept = shown[:-1][shown[:-1] != MASK]
        assert (np.diff(kept) > 0).all() and {*kept} < {*target} and len(shown) <= 32
        hidden, seen = hidden + len(target) - 1 - len(kept), seen + len(target) - 1
        masks += int((shown == MASK).sum())
    assert hidden / seen == pytest.approx(0.3, abs=0.01)
    # Spans of Poisson(3) by the token: 0.3 / 3 masks a token, those of no tokens included; the last one is cut.
    assert masks / seen == pytest.approx(0.3 / 3, abs=0.03)


@pytest.mark.parametrize("kind", [SpanCorruptionSource, PrefixSource, TextInfillingSource])
def test_a_token_before_every_source(kind):
    plain = source_of(kind, sequence_length=31)
    framed = source_of(kind, sequence_length=32, source_start_id=7)
    assert framed.fields["source_ids"][1][0] == plain.fields["source_ids"][1][0] + 1 <= 32
    for (source, target), (longer, same) in zip(pairs(plain), pairs(framed), strict=True):
        assert longer.tolist() == [7, *source] and same.tolist() == target.tolist()
    with pytest.raises(UserError, match="at least 5, not 4"):
        source_of(kind, sequence_length=4, source_start_id=7)


def test_sentences_in_another_order():
    ends = np.zeros(1000, np.bool_)
    ends[FIRST + 4 :: 5] = True
    source = source_of(TextInfillingSource, 31 * 9, ends_sentence=ends, mask_rate=0.01, mean_span_length=1)
    orders = set()
    for shown, target in pairs(source):
        assert (np.diff(target[:-1]) == 1).all()
        kept = shown[:-1][shown[:-1] != MASK]
        assert (np.diff(kept[~ends[kept]][:]) != 0).all()
        inside = ~ends[kept[:-1]]  # after a token that ends no sentence comes the next one, but where a span is hidden
        assert (np.diff(kept)[inside] == 1).mean() > 0.9
        orders.add(tuple(np.diff(kept)))
    assert len(orders) > 5


@pytest.mark.parametrize("kind", [SpanCorruptionSource, PrefixSource, TextInfillingSource])
def test_a_batch_is_a_function_of_seed_and_step(kind):
    source, other = source_of(kind), source_of(kind)
    for step, batch in enumerate(source.dataset(start=3, steps=6).as_numpy_iterator(), start=3):
        second, first = (other.rows(step, begin, 2) for begin in (2, 0))
        for name, value in batch.items():
            np.testing.assert_array_equal(np.concatenate([first[name], second[name]]), value, err_msg=name)
    still = [source_of(kind, shuffle=False).rows(step, 0, 4) for step in (0, source.steps_per_epoch)]
    assert all((still[0][name] == still[1][name]).all() for name in still[0])
    moved = [source.rows(step, 0, 4)["source_ids"] for step in (0, source.steps_per_epoch)]
    assert (moved[0] != moved[1]).any()


@pytest.mark.parametrize("kind", [SpanCorruptionSource, PrefixSource, TextInfillingSource])
def test_every_token_of_documents_that_are_long_enough_is_read(kind):
    documents = corpus_of(400, 3, 1, 50, 37)
    ordinary = {*documents.tokens} - {END, FIRST + 403}  # the token of the document of one
    found = {token for pair in pairs(source_of(kind, 400, 3, 1, 50, 37)) for part in pair for token in part}
    assert ordinary == found - {END, MASK} - {*SENTINELS}


def test_what_cannot_be_denoised():
    with pytest.raises(UserError, match="no document of the text has two tokens"):
        source_of(PrefixSource, 1, 1)
    with pytest.raises(UserError, match=r"data\.sequence_length must be at least 4, not 3"):
        source_of(PrefixSource, sequence_length=3)
    with pytest.raises(UserError, match=r"2 spans are left out of a block of \d+ tokens, and the tokenizer has 1 "):
        source_of(SpanCorruptionSource, sequence_length=32, sentinel_ids=SENTINELS[:1])
