"""The report of an export."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

LEAST_AGREEMENT = 0.98
"""The default share of cases in which a quantised export must decide as the live model does."""


@dataclass(frozen=True, kw_only=True)
class ExportReport:
    """The path and signatures of an export, and how well it agrees with the live model.

    Attributes:
        path: the version folder of a SavedModel, or the `.tflite` file.
        signatures: the names that can be called.
        bytes: the size on disk of everything that this export wrote.
        largest_difference: the largest difference from the live model's numbers: log-probabilities, logits, vectors.
        agreement: the share of cases in which LiteRT decides as the live model does (finds the same token most
            probable, for instance); None for a SavedModel, and for tasks that decide nothing.
        compared_tokens: the number of cases of `agreement`: tokens, or texts.
        live, exported: `perplexity` and `accuracy` of a LiteRT file and of the live model on the user's text, or the
            `similarity` of its vectors to the live ones; empty if there was no text.
        targets: the number of tokens or labels that these are measured on.
    """

    path: Path
    signatures: tuple[str, ...]
    bytes: int
    largest_difference: float
    agreement: float | None = None
    compared_tokens: int = 0
    live: Mapping[str, float] = field(default_factory=dict)
    exported: Mapping[str, float] = field(default_factory=dict)
    targets: int = 0
