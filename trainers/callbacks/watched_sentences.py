"""What a model makes of the user's own sentences as it learns."""

from collections.abc import Sequence
from typing import Any

from ...layers.plain.errors import UserError
from ...zoo.tasks import TextModel
from ..data import check_text_files, read_text

MOST, LONGEST = 50, 1000


def read_watched(model: TextModel, path: str) -> list[str]:
    """The sentences of a file, a line each.

    Args:
        model: that is to be watched.
        path: of the file; "" for none.

    Raises:
        UserError: models of the task show nothing for a sentence; the file is no text, or empty; there are over 50
            sentences, or one of over 1,000 characters, or of a masked model one without a mask token.
    """
    if not path:
        return []
    if type(model).sample_text is TextModel.sample_text:
        raise UserError(f"--watch: a {model.task} model writes no words: leave it out")
    lines = [line.strip() for line in "".join(read_text(check_text_files([path]))).split("\n")]
    sentences = [line for line in lines if line]
    if not sentences or len(sentences) > MOST or max(map(len, sentences)) > LONGEST:
        raise UserError(
            f"--watch {path} must hold 1 to {MOST} sentences, a line each of {LONGEST:,} characters at most"
        )
    masked: Any = getattr(model, "generator", model)
    if hasattr(masked, "mask_id"):
        mask = masked.need_tokenizer().tokens[masked.mask_id()]
        for number, sentence in enumerate(sentences, start=1):
            if mask not in sentence:
                raise UserError(f"--watch {path}: sentence {number} has no {mask}: write one where a word is guessed")
    return sentences


def watched_text(model: TextModel, sentences: Sequence[str], *, max_tokens: int, seed: int) -> str:
    """What the model makes of each sentence, in Markdown that shows it as it is."""
    shown = [model.sample_text(each, max_tokens=max_tokens, seed=seed) or each for each in sentences]
    return "\n\n---\n\n".join("\n".join(f"    {line}" for line in each.split("\n")) for each in shown)
