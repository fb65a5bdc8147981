"""Text with masked spans and shuffled sentences."""

from typing import Any

import numpy as np

from .denoising_source import DenoisingSource
from .token_corpus import TokenCorpus


class TextInfillingSource(DenoisingSource):
    """BART's pre-training (Lewis et al. 2020, section 2.2): the whole text is reconstructed from a corrupted one.

    Spans with Poisson-distributed lengths are replaced by one mask token each, until a share of the tokens is
    masked; spans of length 0 insert a mask token, if the row has room. If requested, the
    sentences of a block are shuffled first.

    Args:
        corpus: the text.
        mask_id: the token that replaces a masked span.
        ends_sentence: bool (V,), which tokens end a sentence; None keeps their order.
        mask_rate: share of the tokens that are masked.
        mean_span_length: mean of the Poisson distribution.
        **kwargs: arguments of `DenoisingSource`.
    """

    def __init__(
        self,
        corpus: TokenCorpus,
        *,
        mask_id: int,
        ends_sentence: Any = None,
        mask_rate: float = 0.3,
        mean_span_length: float = 3.0,
        **kwargs: Any,
    ):
        self._mask_id, self._ends = mask_id, ends_sentence
        self._rate, self._mean = mask_rate, mean_span_length
        super().__init__(corpus, **kwargs)

    def block_length(self):
        """See `DenoisingSource`."""
        return self.room - 1

    def pair(self, tokens, draw):
        """See `DenoisingSource`."""
        damaged = tokens if self._ends is None else self._permuted(tokens, draw)
        return self._infilled(damaged, draw), tokens

    def _permuted(self, tokens, draw):
        sentences = np.split(tokens, np.flatnonzero(self._ends[tokens[:-1]]) + 1)
        return np.concatenate([sentences[i] for i in draw.permutation(len(sentences))])

    def _infilled(self, tokens, draw):
        length = len(tokens)
        hidden = min(max(1, round(self._rate * length)), length - 1)
        spans, inserted = [], 0
        while sum(spans) < hidden:
            span = min(int(draw.poisson(self._mean)), hidden - sum(spans))
            inserted += span == 0
            spans += [span] if span else []
        # Gaps before, between and after the spans; those between are not empty, or two spans would be one.
        seen = length - hidden
        spans = self._joined(spans, seen + 1)
        places = np.sort(draw.choice(seen + 1, len(spans), replace=False))  # before which seen token each goes
        written, begin = [], 0
        for place, taken, span in zip(places, np.cumsum([0, *spans[:-1]]), spans, strict=True):
            stop = int(place + taken)
            written += [tokens[begin:stop], [self._mask_id]]
            begin = stop + span
        written = np.concatenate([*written, tokens[begin:]]).astype(np.int32)
        inserted = min(inserted, self.room - 1 - len(written))
        return np.insert(written, np.sort(draw.integers(0, len(written) + 1, max(inserted, 0))), self._mask_id)

    @staticmethod
    def _joined(spans, most):
        """As many spans as there is room for; the rest is added to the last."""
        return spans if len(spans) <= most else [*spans[: most - 1], sum(spans[most - 1 :])]
