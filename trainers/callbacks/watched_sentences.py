"""Outputs of a model for the user's own sentences during training."""

from collections.abc import Sequence
from typing import Any

from ...layers.plain.errors import UserError
from ...zoo.tasks import TextModel
from ..data import check_text_files, read_text

MOST, LONGEST = 50, 1000


def read_watched(model: TextModel, path: str) -> list[str]:
    """Reads the sentences of a file, one per line.

    Args:
        model: the model to watch.
        path: path of the file; "" for none.

    Raises:
        UserError: models of the task have no output for a sentence; the file is not text, or empty; there are over 50
            sentences, one has over 1,000 characters, or, for a masked model, one has no mask token.
    """
    if not path:
        return []
    if type(model).sample_text is TextModel.sample_text:
        raise UserError(f"--watch: a {model.task} model generates no text: leave it out")
    lines = [line.strip() for line in "".join(read_text(check_text_files([path]))).split("\n")]
    sentences = [line for line in lines if line]
    if not sentences or len(sentences) > MOST or max(map(len, sentences)) > LONGEST:
        raise UserError(
            f"--watch {path} must hold 1 to {MOST} sentences, one per line, of at most {LONGEST:,} characters"
        )
    masked: Any = getattr(model, "generator", model)
    if hasattr(masked, "mask_id"):
        mask = masked.need_tokenizer().tokens[masked.mask_id()]
        for number, sentence in enumerate(sentences, start=1):
            if mask not in sentence:
                raise UserError(f"--watch {path}: sentence {number} has no {mask}: write one for the word to predict")
    return sentences


def watched_text(model: TextModel, sentences: Sequence[str], *, max_tokens: int, seed: int) -> str:
    """Returns the model's output for each sentence, in Markdown that shows it verbatim."""
    shown = [model.sample_text(each, max_tokens=max_tokens, seed=seed) or each for each in sentences]
    return "\n\n---\n\n".join("\n".join(f"    {line}" for line in each.split("\n")) for each in shown)
