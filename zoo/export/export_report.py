"""What an export has made."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class ExportReport:
    """Where an export lies, what it offers, and how well it agrees with the live model.

    Attributes:
        path: the version folder of a SavedModel, or the `.tflite` file.
        signatures: names that can be called.
        bytes: size on the disk of all that this export wrote.
        largest_difference: of the numbers compared with the live model's: log-probabilities and logits of a SavedModel,
            logits of a LiteRT file.
        agreement: share of tokens after which LiteRT and the live model find the same next token most probable; None
            for a SavedModel.
        compared_tokens: how many tokens `agreement` is taken over.
    """

    path: Path
    signatures: tuple[str, ...]
    bytes: int
    largest_difference: float
    agreement: float | None = None
    compared_tokens: int = 0
