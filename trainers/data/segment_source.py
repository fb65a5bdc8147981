"""Text as long segments, for evaluation."""

import numpy as np

from .batch_source import BatchSource
from .token_corpus import TokenCorpus

SEGMENT_TOKENS = 4096
CHUNK_TOKENS = 64


class SegmentSource(BatchSource):
    """Every token of the corpus exactly once, in an order that does not depend on the batch size.

    The text is cut into segments of a fixed length. A segment starts from an empty state and is read from front to back
    in chunks, with the state carried over. B segments are read in parallel; the choice does not affect any of them, so
    perplexity is the same for every B.

    Args:
        corpus: the text.
        batch_size: maximum number of segments read in parallel; fewer if there are fewer.
        multiple_of: the number of replicas; batch_size is rounded up to a multiple of it.
        segment_length: tokens per segment.
        sequence_length: tokens per chunk; divides segment_length.
    """

    carries_state = True

    def __init__(
        self,
        corpus: TokenCorpus,
        *,
        batch_size: int,
        multiple_of: int = 1,
        segment_length: int = SEGMENT_TOKENS,
        sequence_length: int = CHUNK_TOKENS,
    ):
        if segment_length % sequence_length:
            raise ValueError(f"segment_length {segment_length} must be a multiple of sequence_length {sequence_length}")
        self.corpus = corpus
        self.segment_length = segment_length
        self.sequence_length = sequence_length
        self.num_segments = -(-len(corpus) // segment_length)
        rows = min(batch_size, self.num_segments)
        self.batch_size = -(-rows // multiple_of) * multiple_of
        longest = min(segment_length, len(corpus))
        self._chunks = -(-longest // sequence_length)  # chunks per segment
        self.steps_per_epoch = self._chunks * -(-self.num_segments // self.batch_size)

    def rows(self, step, first, count):
        """See `BatchSource.rows`."""
        group, chunk = divmod(step % self.steps_per_epoch, self._chunks)
        shape = (count, self.sequence_length)
        rows = {
            "token_ids": np.zeros(shape, np.int32),
            "targets": np.zeros(shape, np.int32),
            "weights": np.zeros(shape, np.float32),
            "start": np.full(count, chunk == 0),
        }
        for row in range(count):
            segment = group * self.batch_size + first + row
            start = segment * self.segment_length + chunk * self.sequence_length
            stop = min(start + self.sequence_length, len(self.corpus))
            if segment >= self.num_segments or stop <= start:
                continue
            rows["token_ids"][row, : stop - start] = self.corpus.before(start, stop)
            rows["targets"][row, : stop - start] = self.corpus.tokens[start:stop]
            rows["weights"][row, : stop - start] = 1
        return rows
