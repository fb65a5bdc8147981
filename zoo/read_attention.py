"""Extraction of the attention weights of a text."""

import numpy as np

from ..layers.plain.errors import UserError
from .attention_reading import AttentionReading
from .tasks import CausalLM, EncoderModel, Seq2SeqLM, TextModel
from .visible_tokens import visible_tokens

MAX_WORDS = 128  # per axis: more are not legible in an image
ANSWER_TOKENS = 50


def read_attention(model: TextModel, text: str, *, pair: str | None = None) -> AttentionReading:
    """Computes the attention weights of every layer and head for a text.

    Tokens that together make up a character become one word: weights to it are summed, weights from it are averaged
    (Clark et al. 2019, arXiv:1906.04341, section 4.1).

    Args:
        model: a model with a tokenizer. Causal models and encoders attend within the text, sequence-to-sequence models
            from the words of a target to those of the text.
        text: the text; encoders truncate it to their length.
        pair: the second text of an encoder's pair, or the target; None for a target that the model writes itself.

    Raises:
        UserError: the model has no attention or no tokenizer, reads no pairs, or the text is too long.

    Example:
        >>> import langzoo.zoo as zoo
        >>> from langzoo.layers import ByteTokenizer
        >>> reading = read_attention(zoo.create("gpt2_tiny", tokenizer=ByteTokenizer()), "a猫")
        >>> reading.words, reading.weights.shape[2:]
        (['<eos>', 'a', '猫'], (3, 3))
    """
    if isinstance(model, Seq2SeqLM):
        return _of_pair(model, text, pair)
    if isinstance(model, EncoderModel):
        inputs = model.pack([text], None if pair is None else [pair])
        return _reading(model, "encoder", inputs["token_ids"], inputs["token_ids"], model.attention_weights(inputs))
    if not isinstance(model, CausalLM):
        raise UserError(f"{model.name} is a {model.task} model, whose attention cannot be read")
    if pair is not None:
        raise UserError(f"{model.name} is a causal_lm model, which reads one text: leave the second one out")

    def run(texts):
        ids, lengths = model.encode_prompts(texts)
        ids = model.checked_length(ids, lengths)[:, : lengths[0]]
        return ids, model.attention_weights({"token_ids": ids})

    ids, weights = model.run_graph(run, _strings(text))
    return _reading(model, "causal", ids, ids, weights)


def _of_pair(model, source, target):
    if target is None:
        longest = model.max_sequence_length
        most = ANSWER_TOKENS if longest is None else max(1, min(ANSWER_TOKENS, longest - 1))
        target = model.generate([source], max_tokens=most)[0]["text"]

    def run(sources, targets):
        inputs, ids, _ = model.encode_pairs(sources, targets)
        # A word is predicted at the position before it: row t is the attention for predicting word t.
        return ids, inputs["source_ids"], model.attention_weights(inputs)["cross"]

    ids, source_ids, weights = model.run_graph(run, _strings(source), _strings(target))
    return _reading(model, "cross", ids, source_ids, weights)


def _strings(text):
    from ..layers.text import as_text

    return as_text([text])


def _reading(model, kind, token_ids, looked_at_ids, weights) -> AttentionReading:
    tokenizer = model.need_tokenizer()
    rows, columns = token_ids[0].numpy().tolist(), looked_at_ids[0].numpy().tolist()
    shown = [visible_tokens(tokenizer, ids) for ids in (rows, columns)]
    longest = max(map(len, shown))
    if longest > MAX_WORDS:
        raise UserError(f"the text is {longest} words long for this model, but a map shows {MAX_WORDS}: shorten it")
    weights = np.stack([layer[0].numpy() for layer in weights]).astype(np.float32)  # (L, H, T, S)
    sizes, looked_at_sizes = ([group.size for group in groups] for groups in shown)
    weights = np.add.reduceat(weights, _starts(looked_at_sizes), axis=3)
    weights = np.add.reduceat(weights, _starts(sizes), axis=2) / np.array(sizes, np.float32)[:, np.newaxis]
    special = {tokenizer.start_id, tokenizer.end_id, *tokenizer.special_ids} - {tokenizer.mask_id}
    return AttentionReading(
        kind=kind,
        words=[group.name for group in shown[0]],
        looked_at=[group.name for group in shown[1]],
        special=np.array([columns[start] in special for start in _starts(looked_at_sizes)]),
        weights=weights,
    )


def _starts(sizes):
    return np.cumsum([0, *sizes[:-1]])
