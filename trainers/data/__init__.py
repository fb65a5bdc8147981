"""From text files to batches.

Names are imported on first use (PEP 562): checking whether a file is text needs no TensorFlow.
"""

from typing import TYPE_CHECKING

from ...layers.plain.lazy_names import lazy_names

if TYPE_CHECKING:
    from .batch_source import BatchSource as BatchSource
    from .block_source import BlockSource as BlockSource
    from .line_source import LineSource as LineSource
    from .masked_source import MaskedSource as MaskedSource
    from .next_sentence_source import NextSentenceSource as NextSentenceSource
    from .pair_corpus import PairCorpus as PairCorpus
    from .pair_source import PairSource as PairSource
    from .scored_pairs import read_scored_pairs as read_scored_pairs
    from .segment_source import SegmentSource as SegmentSource
    from .sentence_order_source import SentenceOrderSource as SentenceOrderSource
    from .sentence_source import SentenceSource as SentenceSource
    from .stream_source import StreamSource as StreamSource
    from .text_files import check_text_files as check_text_files
    from .text_files import read_text as read_text
    from .token_corpus import TokenCorpus as TokenCorpus

lazy_names(__name__)
