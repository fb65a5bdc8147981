"""The space between a prompt and what a model of words writes after it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..serving import ExportedModel
    from ..zoo import CausalLM


def space_between(model: "CausalLM | ExportedModel", prompt: str, continuation: str) -> str:
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
    import tensorflow as tf

    from ..layers.text.join_words import join_words, spacing_rules
    from ..layers.text.split_words import split_words

    words = split_words(tf.constant([prompt, continuation]), split=split, lowercase=False)
    before, after = (row.tolist() for row in words.numpy())
    if not before or not after:
        return ""
    rules = spacing_rules(tf.constant([before[-1], after[0]]), split=split)
    # The rules of the two words that meet; the words themselves are left empty.
    joined = join_words(tf.RaggedTensor.from_row_lengths(["", ""], [2]), rules)  # pyright: ignore[reportAttributeAccessIssue]
    return joined.numpy()[0].decode()


def _split_of(model: "CausalLM | ExportedModel") -> str | None:
    """How the model's words are told apart; None if its tokens are no words."""
    from ..zoo import CausalLM

    if isinstance(model, CausalLM):
        tokenizer = model.tokenizer
        assert tokenizer is not None  # it has written text
        kind, options = tokenizer.kind, tokenizer.options
    else:
        kind, options = model.manifest["tokenizer"]["kind"], model.manifest["tokenizer"]["options"]
    return options["split"] if kind == "word" else None
