"""From text files to batches."""

from .batch_source import BatchSource
from .block_source import BlockSource
from .line_source import LineSource
from .segment_source import SegmentSource
from .stream_source import StreamSource
from .text_files import check_text_files, read_text
from .token_corpus import TokenCorpus

__all__ = [
    "BatchSource",
    "BlockSource",
    "LineSource",
    "SegmentSource",
    "StreamSource",
    "TokenCorpus",
    "check_text_files",
    "read_text",
]
