"""Text with spans replaced by sentinels."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...layers.plain.errors import UserError
from .denoising_source import DenoisingSource
from .random_spans import noise_and_spans, random_spans
from .token_corpus import TokenCorpus


class SpanCorruptionSource(DenoisingSource):
    """T5's pre-training (Raffel et al. 2020, section 3.1.4): spans are replaced by sentinels, and predicted after them.

    The target of "Thank you <extra_id_0> me to your party <extra_id_1> week" is "<extra_id_0> for inviting <extra_id_1>
    last". Spans are drawn by `random_spans_noise_mask` of the authors' code, see `random_spans`; a block is as long as
    its source has room for, as in their `random_spans_helper`. Documents are not joined.

    Args:
        corpus: the text.
        sentinel_ids: the ids of the sentinels, in order.
        corruption_rate: share of the tokens that are missing.
        mean_span_length: mean length of the missing spans.
        **kwargs: arguments of `DenoisingSource`.

    Raises:
        UserError: see `DenoisingSource`; or there are fewer sentinels than a block needs.
    """

    def __init__(
        self,
        corpus: TokenCorpus,
        *,
        sentinel_ids: Sequence[int],
        corruption_rate: float = 0.15,
        mean_span_length: float = 3.0,
        **kwargs: Any,
    ):
        self._sentinels = np.asarray(sentinel_ids, np.int32)
        self._rate, self._mean = corruption_rate, mean_span_length
        super().__init__(corpus, **kwargs)

    def block_length(self):
        """See `DenoisingSource`."""
        length = 2
        while self._lengths(length + 1)[0] <= self.room:
            length += 1
        # For shorter blocks, the rounded numbers may be larger by one.
        found = [self._lengths(each) for each in range(2, length + 1)]
        self.target_length = max(target for _, target, _ in found)
        self.source_length = max(source for source, _, _ in found)
        most = max(spans for *_, spans in found)
        if most > len(self._sentinels):
            raise UserError(
                f"{most} spans are left out of a block of {length} tokens, and the tokenizer has {len(self._sentinels)}"
                " sentinels (<extra_id_0>, ...): train one with --extra-ids, or lower data.sequence_length or "
                "objective.corruption_rate"
            )
        return length

    def pair(self, tokens, draw):
        """See `DenoisingSource`."""
        missing = random_spans(len(tokens), draw, rate=self._rate, mean_span_length=self._mean)
        return self._with_sentinels(tokens, missing), self._with_sentinels(tokens, ~missing)

    def _with_sentinels(self, tokens, missing):
        """The tokens with each missing span replaced by a sentinel."""
        first = missing & ~np.append(False, missing[:-1])
        tokens = np.where(first, self._sentinels[np.maximum(np.cumsum(first) - 1, 0)], tokens)
        return tokens[first | ~missing]

    def _lengths(self, length):
        """For a block: number of tokens of the source and of the target, including end tokens, and of spans."""
        noise, spans = noise_and_spans(length, rate=self._rate, mean_span_length=self._mean)
        return length - noise + spans + 1, noise + spans + 1, spans
