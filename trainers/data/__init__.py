"""From text files to batches.

Names are found on first use (PEP 562): looking whether a file is text needs no TensorFlow.
"""

from typing import TYPE_CHECKING

from ...layers.lazy_names import lazy_names

if TYPE_CHECKING:
    from .batch_source import BatchSource
    from .block_source import BlockSource
    from .line_source import LineSource
    from .masked_source import MaskedSource
    from .pair_corpus import PairCorpus
    from .pair_source import PairSource
    from .scored_pairs import read_scored_pairs
    from .segment_source import SegmentSource
    from .stream_source import StreamSource
    from .text_files import check_text_files, read_text
    from .token_corpus import TokenCorpus

__all__ = [
    "BatchSource",
    "BlockSource",
    "LineSource",
    "MaskedSource",
    "PairCorpus",
    "PairSource",
    "SegmentSource",
    "StreamSource",
    "TokenCorpus",
    "check_text_files",
    "read_scored_pairs",
    "read_text",
]

_HOMES = {
    ".batch_source": ("BatchSource",),
    ".block_source": ("BlockSource",),
    ".line_source": ("LineSource",),
    ".masked_source": ("MaskedSource",),
    ".pair_corpus": ("PairCorpus",),
    ".pair_source": ("PairSource",),
    ".scored_pairs": ("read_scored_pairs",),
    ".segment_source": ("SegmentSource",),
    ".stream_source": ("StreamSource",),
    ".text_files": ("check_text_files", "read_text"),
    ".token_corpus": ("TokenCorpus",),
}

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
