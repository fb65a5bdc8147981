"""The data settings of a training. Importing this loads no TensorFlow."""

import re
from typing import Literal

import pydantic
from pydantic import NonNegativeInt, PositiveInt

from .strict_config import StrictConfig


class DataConfig(StrictConfig):
    """Settings that say how text becomes batches.

    arrangement: "stream" (parallel streams, state carried), "blocks" (packed, shuffled), "lines" (one per row, padded).
    documents: what ends a document of a stream or of blocks: "files" (only the end of a file), "blank_lines" (those as
        well), or "lines" (every line, or record of a reader).
    document_masks: whether documents in one block cannot attend to one another, and their positions start at 0.
    buckets: maximum number of lengths that batches of pairs and of labelled texts are padded to; null for the task's
        own.
    reader: name of the reader of the files (langzoo list --kind reader); null for the task's own.
    reader_options: options of that reader (langzoo describe --kind reader NAME), such as {"delimiter": ";"}.
    columns: column -> its name in the files, or its number in tables without a header line.
    skip_bad: whether invalid records are counted and skipped rather than refused.
    labels: all labels, in order; null for those of the training data, sorted (numbers by value).
    label_names: label in the files -> the name to use instead.
    drop_labels: labels whose records are skipped and counted.
    label_separator: the separator between labels of a text that has several (objective.name label_set).
    set: name of the data set whose format the files have (langzoo list --kind data_set); null for none.
    batch_size: rows over all replicas. sequence_length: tokens per row. shuffle: of blocks and lines.
    phases: for plain text, shorter rows for the first steps: "128:0.9" reads rows of 128 tokens for 90 % of the steps,
        and rows of `sequence_length` after that; separate several phases by commas. "" for one length throughout.
    num_parallel_calls: number of processes that make batches in parallel, for steps that take less time than making a
        batch; 0 for a thread of the training itself.
    reset_every: number of batches of the first epoch after which a stream resets its state, each stream at a time of
        its own; 0 resets only where an epoch begins. A model that never sees an empty state in its first epoch suffers
        a setback where the second begins.
    """

    reader: str | None = None
    reader_options: dict[str, str | int | bool] = pydantic.Field(default_factory=dict)
    columns: dict[str, str] = pydantic.Field(default_factory=dict)
    skip_bad: bool = False
    labels: list[str] | None = pydantic.Field(default=None, min_length=1)
    label_names: dict[str, str] = pydantic.Field(default_factory=dict)
    drop_labels: list[str] = pydantic.Field(default_factory=list)
    label_separator: str = pydantic.Field(default="|", min_length=1)
    set: str | None = None
    buckets: PositiveInt | None = None
    arrangement: Literal["stream", "blocks", "lines"] = "stream"
    documents: Literal["files", "blank_lines", "lines"] = "files"
    document_masks: bool = False
    batch_size: PositiveInt = 20
    sequence_length: PositiveInt = 35
    phases: str = ""
    shuffle: bool = True
    num_parallel_calls: int = pydantic.Field(default=0, ge=0, le=64)
    reset_every: NonNegativeInt = 0

    @pydantic.field_validator("phases")
    @classmethod
    def _are_phases(cls, value: str) -> str:
        shares = [share for _, share in parse_phases(value)]
        if sum(shares) >= 1:
            raise ValueError(f"the shares of {value} must sum to less than 1: the last length gets the rest")
        return value

    @property
    def short_phases(self) -> list[tuple[int, float]]:
        """Length and share of the steps of each phase except the last."""
        return parse_phases(self.phases)


def parse_phases(text: str) -> list[tuple[int, float]]:
    """Parses lengths and shares of steps, as written in `DataConfig.phases`.

    Raises:
        ValueError: the text has another form.

    Example:
        >>> parse_phases("64:0.5,128:0.4")
        [(64, 0.5), (128, 0.4)]
    """
    found = [_PHASE.fullmatch(part.strip()) for part in text.split(",")] if text.strip() else []
    phases = [(int(match[1]), float(match[2])) for match in found if match]
    if len(phases) < len(found) or not all(length and 0 < share < 1 for length, share in phases):
        raise ValueError(f"must be lengths with shares of the steps, such as 128:0.9, not {text!r}")
    return phases


_PHASE = re.compile(r"(\d{1,9}):(\d?\.\d{1,9})")
