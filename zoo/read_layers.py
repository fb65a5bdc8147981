"""Extraction of the vectors of every layer."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from ..layers.heads import mean_pooling
from ..layers.plain.errors import UserError
from .tasks import CausalLM, EncoderModel, Seq2SeqLM, TextModel
from .tasks.text_model import batch_of_text


def read_layers(
    model: TextModel,
    texts: Sequence[str],
    pairs: Sequence[str] | None = None,
    *,
    batch_size: int = 32,
    only: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> dict[str, np.ndarray]:
    """Computes one vector per text from every layer: the mean over its tokens, including special ones.

    A text is read as in the model's own task, truncated to its length. For an encoder-decoder it is the source, and the
    layers are those of the encoder.

    Args:
        model: a model with a tokenizer.
        texts: list of strings.
        pairs: the second text of each, which follows a separator in encoders and a space in others; None for none.
        batch_size: the number of texts per batch; batches are of similar length, so that there is little padding.
        only: the layer to keep; None for all.
        progress: called with the number of texts done.

    Returns:
        Name of each layer, the embeddings first -> float32 (N, D), rows in the order of the texts.

    Raises:
        UserError: the model has no tokenizer or no token vectors, or a text is not Unicode.

    Example:
        >>> import langzoo.zoo as zoo
        >>> from langzoo.layers import ByteTokenizer
        >>> found = read_layers(zoo.create("gpt2_tiny", tokenizer=ByteTokenizer()), ["a cat", "a dog"])
        >>> list(found), found["block 1"].shape
        (['embeddings', 'block 1', 'block 2'], (2, 32))
    """
    packed = _reading(model)
    if pairs is not None and not isinstance(_reader_of(model), EncoderModel):
        texts, pairs = [f"{first} {second}" for first, second in zip(texts, pairs, strict=True)], None
    sides = [batch_of_text(side, name) for side, name in ((texts, "texts"), (pairs, "pairs")) if side is not None]
    means, names = model._graph(("layers", len(sides), only), lambda: _means(model, packed, len(sides), only))
    sizes = sum(tf.strings.length(side).numpy() for side in sides)
    order = np.argsort(sizes, kind="stable")
    found: dict[str, Any] = {}
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        for name, vectors in means(*(tf.gather(side, rows) for side in sides)).items():
            if name not in found:
                found[name] = np.empty((len(order), vectors.shape[-1]), np.float32)
            found[name][rows] = vectors.numpy()
        if progress is not None:
            progress(start + len(rows))
    if any(not np.isfinite(vectors).all() for vectors in found.values()):
        raise UserError(f"{model.name}: its vectors of these texts are not finite: the weights are damaged or diverged")
    return {name: found[name] for name in names}


def _means(model: TextModel, packed: Callable[..., Mapping[str, Any]], sides: int, only: str | None) -> Any:
    """The graph of the means, and a list of the names of the layers, which is filled when the graph is traced."""
    names: list[str] = []

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)] * sides, autograph=False)
    def means(*texts):
        inputs = packed(*texts)
        states = model.backbone.layer_states(inputs)
        states = {name: each for name, each in states.items() if only in (None, name)}
        names[:] = states  # the outputs of a graph are sorted by name
        return {name: mean_pooling(tf.cast(each, tf.float32), inputs["padding_mask"]) for name, each in states.items()}

    return means, names


def _reader_of(model: TextModel) -> Any:
    """The part that reads texts, for a model made of several."""
    return getattr(model, "discriminator", model)


def _reading(model: TextModel) -> Callable[..., Mapping[str, Any]]:
    """In a graph: strings (B,), and those of the pairs -> inputs of the body."""
    reader = _reader_of(model)
    tokenizer, longest = reader.need_tokenizer(), reader.max_sequence_length
    if reader.config.body in ("table", "bag") or not isinstance(reader, EncoderModel | CausalLM | Seq2SeqLM):
        raise UserError(f"{model.name} is a {model.config.family} {model.task} model, which has no token vectors")
    if isinstance(reader, EncoderModel):
        return reader.pack

    def of_causal(texts):
        ids, lengths = reader.encode_prompts(texts)
        ids = ids[:, :longest]
        return {"token_ids": ids, "padding_mask": tf.sequence_mask(lengths, tf.shape(ids)[1])}

    def of_source(texts):
        ids = tokenizer.tokenize(texts)[:, : None if longest is None else longest - 1]
        ends = tf.fill((ids.nrows(), 1), tf.cast(tokenizer.end_id, ids.dtype))
        ids = tf.concat([ids, ends], axis=1)
        return {
            "token_ids": ids.to_tensor(default_value=tokenizer.padding_id),
            "padding_mask": tf.sequence_mask(ids.row_lengths()),
        }

    return of_causal if isinstance(reader, CausalLM) else of_source
