"""What an export has made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

LEAST_AGREEMENT = 0.98
"""The share of cases in which a quantised export must decide as the live model does, unless another is asked for."""


@dataclass(frozen=True, kw_only=True)
class ExportReport:
    """Where an export lies, what it offers, and how well it agrees with the live model.

    Attributes:
        path: the version folder of a SavedModel, or the `.tflite` file.
        signatures: names that can be called.
        bytes: size on the disk of all that this export wrote.
        largest_difference: of the numbers compared with the live model's: log-probabilities, logits, vectors.
        agreement: share of cases in which LiteRT decides as the live model does (finds the same token most probable,
            for instance); None for a SavedModel, and where the task decides nothing.
        compared_tokens: how many cases `agreement` is taken over: tokens, or texts.
        live, exported: `perplexity` and `accuracy` of a LiteRT file and of the live model on the user's text, or the
            `similarity` of its vectors with the live ones; empty where there was no text.
        targets: how many tokens or labels that is measured on.
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
