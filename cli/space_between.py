"""The space between a prompt and what a model of words writes after it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..serving import ExportedModel, LiteModel
    from ..zoo import CausalLM


def space_between(model: "CausalLM | ExportedModel | LiteModel", prompt: str, continuation: str) -> str:
    """What a reader expects between both: a space or nothing.

    The words of a continuation are joined among themselves; nobody has joined them to the prompt yet. Characters
    and bytes carry their own spaces.

    Args:
        model: what wrote the continuation.
        prompt: as the user wrote it.
        continuation: the generated text.
    """
    split = _split_of(model)
    if split is None or not prompt or prompt[-1].isspace():
        return ""
    from ..serving.text.plain_words import is_glued, spacing_rules, split_plain_words  # not for `langzoo --help`

    before, after = (split_plain_words(text, split=split, lowercase=False) for text in (prompt, continuation))
    if not before or not after:
        return ""
    return "" if is_glued(spacing_rules(before[-1], split=split), spacing_rules(after[0], split=split)) else " "


def _split_of(model: "CausalLM | ExportedModel | LiteModel") -> str | None:
    """How the model's words are told apart; None if its tokens are no words."""
    manifest = getattr(model, "manifest", None)
    if manifest is not None:  # of an export
        kind, options = manifest["tokenizer"]["kind"], manifest["tokenizer"]["options"]
    else:
        tokenizer = getattr(model, "tokenizer", None)
        assert tokenizer is not None  # it has written text
        kind, options = tokenizer.kind, tokenizer.options
    return options["split"] if kind == "word" else None
