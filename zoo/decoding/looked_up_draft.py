"""Drafts from the text so far."""

from typing import Any

import tensorflow as tf


class LookedUpDraft:
    """Proposes what followed the previous occurrence of the last two tokens of the text, or of the last one.

    For `SpeculativeDecoder`. Saxena 2023, prompt look-up decoding,
    https://github.com/apoorvumang/prompt-lookup-decoding.
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

    def has_proposals(self, **text: Any) -> Any:
        """Whether there is such an occurrence in any unfinished row, bool ()."""
        *_, rank = self._ranked(text["prompt_ids"], text["lengths"], text["new"])
        return tf.reduce_any((tf.reduce_max(rank, axis=-1) >= 0) & ~text["new"]["finished"])

    def propose(
        self, state: Any, count: int, *, prompt_ids: Any, lengths: Any, new: Any, **others: Any
    ) -> tuple[Any, None]:
        """Proposes the next tokens int32 (B, count); arbitrary ones without such an occurrence.

        Args:
            state: unused.
            count: the number of tokens.
            prompt_ids: int32 (B, P), on the right of their columns.
            lengths: int32 (B,), of the prompts.
            new: the outputs of `decode`: `token_ids` (B, N) and `lengths` (B,).
            **others: the inputs of other drafts.
        """
        del state, others
        text, end, rank = self._ranked(prompt_ids, lengths, new)
        place = tf.argmax(rank, axis=-1, output_type=tf.int32)[:, tf.newaxis]
        return tf.gather(text, tf.minimum(place + 1 + tf.range(count)[tf.newaxis], end - 1), batch_dims=1), None

    def _ranked(self, prompt_ids: Any, lengths: Any, new: Any) -> tuple[Any, Any, Any]:
        """The texts (B, H), their ends (B, 1), and how good an occurrence every place is, (B, H): -1 for none."""
        text = tf.concat([prompt_ids, new["token_ids"]], axis=1)  # without a gap
        width = tf.shape(prompt_ids)[1]
        first, end = (width - lengths)[:, tf.newaxis], (width + new["lengths"])[:, tf.newaxis]
        columns = tf.range(tf.shape(text)[1])[tf.newaxis]
        before = tf.concat([text[:, :1], text[:, :-1]], axis=1)
        inside = (columns >= first) & (columns < end - 1)
        one = inside & (text == tf.gather(text, end - 1, batch_dims=1))
        two = one & (columns > first) & (before == tf.gather(text, tf.maximum(end - 2, 0), batch_dims=1))
        return text, end, tf.where(two, columns + tf.shape(text)[1], tf.where(one, columns, -1))
