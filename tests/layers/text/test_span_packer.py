"""Windows of questions and texts, and the best spans in them: graph against plain Python, and against brute force."""

import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.plain.errors import UserError
from langzoo.layers.plain.span_search import found_spans, span_columns
from langzoo.layers.plain.text.packing_rule import packing_style
from langzoo.layers.plain.text.placed_tokens import PlacedTokens
from langzoo.layers.plain.text.span_windows import (
    context_place,
    packed_window,
    room_for_context,
    window_starts,
)
from langzoo.layers.plain.window_logits import WindowLogits
from langzoo.layers.text import ByteTokenizer, CharacterTokenizer, WordPieceTokenizer, WordTokenizer
from langzoo.layers.text.span_packer import SpanPacker
from langzoo.layers.text.span_search import found_spans as graph_spans

from tests.layers.text.noisy_text import noisy_lines

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"aeinrst", "##e", "##n", "##t", "the", ".", "?", "猫"]
TOKENIZERS = {
    "wordpiece": lambda: WordPieceTokenizer(PIECES),
    "byte": ByteTokenizer,
    "character": lambda: CharacterTokenizer(["<unk>", "<eos>", *"aeinrst 猫"]),
    "word": lambda: WordTokenizer(["<unk>", "<eos>", "the", "a"], split="punctuation"),
}
QUESTIONS = ["the rat?", "", "a"]
LINES = [line for line in noisy_lines(60, seed=4) if line.strip()]
CONTEXTS = [" the  rat sat.\n" * 20, "e\u0301 \u00e9 \U0001f600", LINES[0] * 3]


def placed(tokenizer, text):
    found = tokenizer.offsets([text])
    columns = [found[name][0].numpy().tolist() for name in ("token_ids", "starts", "limits")]
    return PlacedTokens.of(text, list(zip(*columns, strict=True)))


@pytest.mark.parametrize("kind", TOKENIZERS)
def test_rows_and_spans_are_those_of_plain_python(kind):
    tokenizer, draw = TOKENIZERS[kind](), np.random.default_rng(0)
    style = packing_style(tokenizer.kind)
    frame = {"start_id": tokenizer.start_id, "closing_id": tokenizer.closing_id, "style": style}
    for max_length, stride, longest, count in ((24, 5, 3, 4), (40, 128, 30, 50)):
        rows = SpanPacker(tokenizer, max_length=max_length, stride=stride).pack(QUESTIONS, CONTEXTS)
        inputs = {name: values.numpy() for name, values in rows.inputs.items()}
        starts, ends = draw.normal(size=(2, *inputs["token_ids"].shape)).astype(np.float32)
        found = graph_spans(rows, tf.constant(starts), tf.constant(ends), longest=longest, count=tf.constant(count))
        row, expected = 0, []
        questions = [tokenizer.tokenize(question).numpy().tolist() for question in QUESTIONS]
        rooms = room_for_context([len(ids) for ids in questions], max_length=max_length, style=style)
        for question, context, room in zip(questions, CONTEXTS, rooms, strict=True):
            tokens, windows = placed(tokenizer, context), []
            for first in window_starts(len(tokens.ids), room, stride):
                window = tokens.ids[first : first + room].tolist()
                ids, segments = packed_window(question, window, **frame)
                assert len(ids) <= max_length
                kept = inputs["padding_mask"][row]
                assert inputs["token_ids"][row][kept].tolist() == ids
                assert inputs["segment_ids"][row][kept].tolist() == segments
                place = context_place(len(question), style=style)
                assert ids[place : place + len(window)] == window
                windows.append(WindowLogits(int(first), place, len(window), starts[row], ends[row]))
                row += 1
            expected.append(found_spans(tokens, windows, longest=longest, count=count))
            assert expected[-1].spans == by_brute_force(tokens, windows, longest)[:count]
        assert row == len(inputs["token_ids"])
        for name, values in span_columns(expected).items():
            np.testing.assert_allclose(found[name].numpy(), values, rtol=1e-6, err_msg=name)


def by_brute_force(tokens, windows, longest):
    best = {}
    for window in windows:
        for first in range(window.size):
            for last in range(first, min(first + longest, window.size)):
                one, other = window.first + first, window.first + last
                shows = [tokens.starts[each] < tokens.limits[each] for each in (one, other)]
                halved = one > 0 and shows[0] and tokens.starts[one - 1] == tokens.starts[one] < tokens.limits[one - 1]
                cut = other + 1 < len(tokens.ids) and tokens.limits[other + 1] == tokens.limits[other]
                cut = cut and tokens.starts[other + 1] < tokens.limits[other + 1]
                if all(shows) and not halved and not cut:
                    score = window.starts[window.place + first] + window.ends[window.place + last]
                    span = int(tokens.starts[one]), int(tokens.limits[other])
                    best[span] = max(best.get(span, -np.inf), float(score))
    return sorted(((*span, score) for span, score in best.items()), key=lambda each: -each[2])


def test_windows_hold_every_token_and_every_short_span():
    for count in range(60):
        for room in (8, 9, 20):
            for stride in (1, 5, 128):
                starts = window_starts(count, room, stride)
                assert starts[0] == 0 and starts[-1] + room >= count
                for first in range(count):
                    limit = min(first + room // 2, count)
                    assert any(start <= first and limit <= start + room for start in starts)


def test_batches_without_texts_and_texts_without_tokens():
    packer = SpanPacker(WordPieceTokenizer(PIECES), max_length=24, stride=8)
    rows = packer.pack(["a", "a"], ["", "\u200b"])
    assert rows.inputs["token_ids"].shape == (2, 4)
    found = graph_spans(rows, tf.zeros((2, 4)), tf.zeros((2, 4)), longest=3, count=tf.constant(2))
    assert found["lengths"].numpy().tolist() == [0, 0]
    none = packer.pack(tf.zeros([0], tf.string), tf.zeros([0], tf.string))
    assert none.inputs["token_ids"].shape[0] == 0
    found = graph_spans(none, tf.zeros((0, 1)), tf.zeros((0, 1)), longest=3, count=tf.constant(2))
    assert found["starts"].shape[0] == 0


def test_a_question_without_room_is_told():
    with pytest.raises(UserError, match=r"question 2 has 14 tokens, and a window of 24 holds at most 13 beside"):
        room_for_context([3, 14], max_length=24, style="bert")
    packer = SpanPacker(WordPieceTokenizer(PIECES), max_length=24, stride=8)
    with pytest.raises(tf.errors.InvalidArgumentError, match="more than the 13 tokens"):
        packer.pack(["a " * 14], ["a"])


def test_the_tokens_of_an_answer():
    tokens = placed(WordPieceTokenizer(PIECES), "the rat, sat")  # the r a ##t ...
    first, last = tokens.span(4, 7)
    assert (tokens.starts[first], tokens.limits[last]) == (4, 7)
    assert placed(ByteTokenizer(), "a\u00e9b").span(1, 2) == (1, 2)
    assert tokens.span(40, 50) is None
