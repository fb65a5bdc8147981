"""The texts of several tasks."""

import hashlib
import json
from collections.abc import Mapping

from .corpus import Corpus


class CorporaByTask:
    """A corpus for each of several tasks; counts are summed over them. It is a `Corpus` itself.

    Args:
        corpora: name of the task -> its corpus.

    Example:
        >>> len(CorporaByTask({"mood": mood, "names": names})) == len(mood) + len(names)
        True
    """

    def __init__(self, corpora: Mapping[str, Corpus]):
        self.corpora = dict(corpora)
        each = self.corpora.values()
        keys = json.dumps({name: corpus.key for name, corpus in self.corpora.items()}, sort_keys=True)
        self.key = hashlib.sha256(keys.encode()).hexdigest()
        self.num_unknown = sum(corpus.num_unknown for corpus in each)
        self.num_tokens = sum(corpus.num_tokens for corpus in each)
        self.num_bytes = sum(corpus.num_bytes for corpus in each)

    def __len__(self) -> int:
        """See `Corpus`."""
        return sum(map(len, self.corpora.values()))
