"""The documents of a corpus, cut into blocks."""

from typing import NamedTuple

import numpy as np

from ...layers.plain.errors import UserError
from .line_source import pieces_of_rows
from .token_corpus import TokenCorpus


class DocumentBlocks(NamedTuple):
    """Ranges of a text, none of which extends over the end of a document.

    Attributes:
        starts, stops: int64 (N,): block i is `tokens[starts[i]:stops[i]]`.
        documents: int64 (N,): the index of each block's document, not counting documents that are too short.
    """

    starts: np.ndarray
    stops: np.ndarray
    documents: np.ndarray

    @classmethod
    def of(cls, corpus: TokenCorpus, *, longest: int, special_ids: np.ndarray) -> "DocumentBlocks":
        """Blocks of at least two tokens, as long as allowed; a single last token repeats the one before it.

        Args:
            corpus: the text.
            longest: maximum number of tokens of a block, 2 or more.
            special_ids: ids that may end a document; such an end is in no block.

        Raises:
            UserError: no document has two tokens or more.
        """
        known = corpus.document_starts
        bounds = np.array([0, len(corpus)]) if known is None else np.asarray(known)
        firsts, lasts = bounds[:-1], bounds[1:]
        lasts = lasts - ((lasts > firsts) & np.isin(corpus.tokens[np.maximum(lasts - 1, 0)], special_ids))
        whole = lasts - firsts >= 2
        firsts, lasts = firsts[whole], lasts[whole]
        if not len(firsts):
            raise UserError("no document of the text has two tokens or more: give more text, or see data.documents")
        starts, lengths, document = pieces_of_rows(firsts, lasts - firsts, longest)
        stops = starts + lengths
        return cls(np.maximum(np.minimum(starts, stops - 2), firsts[document]), stops, document)

    @property
    def count(self) -> int:
        """The number of blocks, N."""
        return len(self.starts)
