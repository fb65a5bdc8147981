"""Packing questions with the windows of their contexts, for an encoder."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from ..plain.text.packing_rule import packing_style, parts_of_row, places_of_first_segment, room_for_texts
from ..plain.text.span_windows import LEAST_ROOM, context_place
from ..plain.text.unicode_classes import NUM_CODE_POINTS, SPACE, members
from .code_point_table import CodePointTable
from .row_ids import row_ids
from .tokenizer import Tokenizer


class _SpanRows(NamedTuple):
    """Rows of a question and a window of its context, grouped by context.

    Attributes:
        inputs: `token_ids` int32 (R, T), `padding_mask` bool (R, T), `segment_ids` int32 (R, T).
        row_splits: int64 (B + 1,), the first row of each context, and R.
        places: int64 (R,), the position in its row where each window begins.
        tokens: int64, ragged (R, None), the tokens of each window among those of all contexts, N.
        starts, limits: int64 (N,), the position of each token in its context, see `PlacedTokens`.
        begins, ends: bool (N,), whether an answer may begin, or end, at each token.
    """

    inputs: dict[str, tf.Tensor]
    row_splits: tf.Tensor
    places: tf.Tensor
    tokens: tf.RaggedTensor
    starts: tf.Tensor
    limits: tf.Tensor
    begins: tf.Tensor
    ends: tf.Tensor


class SpanPacker:
    """Packs a question and each window of its context as a pair, by the rule of `window_starts`, in a graph.

    Args:
        tokenizer: a tokenizer that supports `offsets`.
        max_length: number of tokens of a row, including special ones.
        stride: number of tokens between the starts of two windows.

    Example:
        >>> from langzoo.layers.text import WordPieceTokenizer
        >>> tokenizer = WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "?"])
        >>> rows = SpanPacker(tokenizer, max_length=16, stride=8).pack(["?"], ["a b " * 8])
        >>> rows.places.numpy().tolist(), rows.tokens.row_lengths().numpy().tolist()
        ([3, 3], [12, 10])
    """

    def __init__(self, tokenizer: Tokenizer, *, max_length: int, stride: int):
        self._tokenizer = tokenizer
        self._style = packing_style(tokenizer.kind)
        self._room = room_for_texts(max_length, pair=True, style=self._style)
        self._stride = stride
        is_space = np.zeros(NUM_CODE_POINTS, np.int32)
        is_space[members(SPACE)] = 1
        self._is_space = CodePointTable(is_space)

    def pack(self, questions: tf.Tensor, contexts: tf.Tensor) -> _SpanRows:
        """Packs questions; one that leaves no room for its context raises an `InvalidArgumentError`.

        Args:
            questions: strings (B,).
            contexts: strings (B,), UTF-8.
        """
        rows = self._tokenizer.tokenize(questions)  # (B, None)
        sizes = rows.row_lengths()
        rule = f"a question has more than the {self._room - LEAST_ROOM} tokens that a window holds: shorten it"
        with tf.control_dependencies(
            [tf.debugging.Assert(tf.reduce_all(sizes <= self._room - LEAST_ROOM), [rule], summarize=1)]
        ):
            room = tf.identity(self._room - sizes)  # (B,)
        found = self._tokenizer.offsets(contexts)
        ids = found["token_ids"]
        starts, limits = self._trimmed(contexts, found)
        counts = ids.row_lengths()
        step = tf.minimum(tf.constant(self._stride, tf.int64), tf.maximum(room // 2, 1))
        windows = 1 + (tf.maximum(counts - room, 0) + step - 1) // step
        row_splits = tf.concat([[0], tf.cumsum(windows)], axis=0)
        texts = row_ids(row_splits)  # (R,)
        of_row = tf.range(tf.size(texts, tf.int64)) - tf.gather(row_splits, texts)
        first = of_row * tf.gather(step, texts)
        size = tf.minimum(tf.gather(room, texts), tf.gather(counts, texts) - first)
        first += tf.gather(tf.cast(ids.row_splits, tf.int64), texts)
        tokens = tf.ragged.range(first, first + size)  # (R, None)
        window = tokens.with_flat_values(tf.gather(ids.flat_values, tokens.flat_values))
        begins, ends = _edges(starts, limits, row_ids(ids.row_splits))
        return _SpanRows(
            inputs=self._packed(tf.gather(rows, texts), window),
            row_splits=row_splits,
            places=context_place(tf.gather(sizes, texts), style=self._style),  # pyright: ignore[reportArgumentType]
            tokens=tokens,
            starts=starts,
            limits=limits,
            begins=begins,
            ends=ends,
        )

    def _packed(self, questions: tf.RaggedTensor, windows: tf.RaggedTensor) -> dict[str, tf.Tensor]:
        tokenizer, count = self._tokenizer, questions.nrows()
        start, closing = tf.fill([count, 1], tokenizer.start_id), tf.fill([count, 1], tokenizer.closing_id)
        packed = tf.concat(parts_of_row(start, questions, windows, closing, style=self._style), axis=1)
        lengths = packed.row_lengths()
        places = tf.range(tf.reduce_max(tf.pad(lengths, [[0, 1]])))
        mask = places < lengths[:, tf.newaxis]
        first = places_of_first_segment(questions.row_lengths(), style=self._style)
        segments = tf.zeros_like(mask) if first is None else mask & (places >= first[:, tf.newaxis])
        return {
            "token_ids": packed.to_tensor(tokenizer.padding_id),
            "padding_mask": mask,
            "segment_ids": tf.cast(segments, tf.int32),
        }

    def _trimmed(self, contexts: tf.Tensor, found: dict[str, tf.RaggedTensor]) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns where each token begins and ends without white space, like `PlacedTokens.of`."""
        points = tf.strings.unicode_decode(contexts, "UTF-8", errors="replace")  # (B, None)
        shows = tf.reshape(tf.where(self._is_space.lookup(points.flat_values) == 0), [-1])
        count = tf.size(points.flat_values, tf.int64)
        before = tf.gather(points.row_splits, row_ids(found["token_ids"].row_splits))  # of each token's text
        starts, limits = (tf.cast(found[name].flat_values, tf.int64) + before for name in ("starts", "limits"))
        nexts, befores = tf.concat([shows, [count]], axis=0), tf.concat([[0], shows + 1], axis=0)
        starts = tf.gather(nexts, tf.searchsorted(shows, starts))
        limits = tf.gather(befores, tf.searchsorted(shows, limits))
        return starts - before, limits - before


def _edges(starts: tf.Tensor, limits: tf.Tensor, texts: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """See `PlacedTokens.edges`."""
    shows = starts < limits
    both = shows[1:] & shows[:-1] & (texts[1:] == texts[:-1])
    same_start = tf.pad(both & (starts[1:] == starts[:-1]), [[1, 0]])[: tf.size(shows)]
    same_limit = tf.pad(both & (limits[1:] == limits[:-1]), [[0, 1]])[: tf.size(shows)]
    return shows & tf.logical_not(same_start), shows & tf.logical_not(same_limit)
