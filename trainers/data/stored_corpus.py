"""The base class of corpora on an example store."""

from dataclasses import dataclass
from typing import ClassVar

from .example_store import ExampleStore
from .skipped_records import SkippedRecords


@dataclass(frozen=True)
class StoredCorpus:
    """Implements `Corpus` for corpora on an example store.

    Attributes:
        store: the examples.
        token_columns: columns of the store that hold token ids.
    """

    store: ExampleStore

    token_columns: ClassVar[tuple[str, ...]] = ("text",)

    @property
    def key(self) -> str:
        """See `Corpus`."""
        return self.store.key

    @property
    def num_unknown(self) -> int:
        """See `Corpus`."""
        return self.store.counts["num_unknown"]

    @property
    def num_bytes(self) -> int:
        """See `Corpus`."""
        return self.store.counts["num_bytes"]

    @property
    def num_tokens(self) -> int:
        """See `Corpus`; for all columns that contain tokens."""
        return sum(len(self.store.columns[name].values) for name in self.token_columns)

    @property
    def skipped(self) -> SkippedRecords:
        """The records that were skipped."""
        return self.store.skipped

    def __len__(self) -> int:
        """The number of examples."""
        return len(self.store)
