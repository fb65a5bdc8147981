"""Drafts that are looked up in the text so far."""

from typing import Any

import tensorflow as tf


class LookedUpDraft:
    """What followed the last place where the text had its last two tokens, or its last one, before.

    For `SpeculativeDecoder`. Saxena 2023, prompt look-up decoding, https://github.com/apoorvumang/prompt-lookup-decoding.
    """

    max_sequence_length: int | None = None

    def start(self, inputs: Any, batch: Any, slots: Any) -> dict[str, Any]:
        """Nothing is read."""
        del inputs, batch, slots
        return {}

    def read(self, state: Any, inputs: Any) -> Any:
        """Nothing is read."""
        del inputs
        return state

    def propose(
        self, state: Any, count: int, *, prompt_ids: Any, lengths: Any, new: Any, **others: Any
    ) -> tuple[Any, None]:
        """The next tokens int32 (B, count); where there is no such place, whatever stands at the end.

        Args:
            state: none.
            count: tokens.
            prompt_ids: int32 (B, P), on the right of their columns.
            lengths: int32 (B,), of the prompts.
            new: of `decode`: `token_ids` (B, N) and `lengths` (B,).
            **others: what other drafts read.
        """
        del state, others
        text = tf.concat([prompt_ids, new["token_ids"]], axis=1)  # (B, H), without a gap
        width = tf.shape(prompt_ids)[1]
        first, end = (width - lengths)[:, tf.newaxis], (width + new["lengths"])[:, tf.newaxis]
        columns = tf.range(tf.shape(text)[1])[tf.newaxis]
        before = tf.concat([text[:, :1], text[:, :-1]], axis=1)
        inside = (columns >= first) & (columns < end - 1)
        one = inside & (text == tf.gather(text, end - 1, batch_dims=1))
        two = one & (columns > first) & (before == tf.gather(text, tf.maximum(end - 2, 0), batch_dims=1))
        rank = tf.where(two, columns + tf.shape(text)[1], tf.where(one, columns, -1))
        place = tf.argmax(rank, axis=-1, output_type=tf.int32)[:, tf.newaxis]
        return tf.gather(text, tf.minimum(place + 1 + tf.range(count)[tf.newaxis], end - 1), batch_dims=1), None
