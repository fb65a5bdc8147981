"""Joint filling of all masks of a text."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from ...layers.plain.errors import UserError
from ...layers.plain.generation_options import checked_integer, checked_limits, checked_results, ranked_results
from ...layers.plain.logit_rules import LogitRule
from ...layers.plain.logit_rules.suppress_tokens import SuppressTokens
from ...layers.tensor_ops import TensorOps
from ..decoding import Decoder, asked_decoder, tensors_of
from .text_model import batch_of_text, strings_spec


def filled_texts(
    model: Any,
    prompts: Sequence[str],
    decoder: Any,
    options: Mapping[str, Any],
    *,
    length: int | None,
    suppress: Sequence[str],
    seed: int,
    num_results: int | None,
) -> list[Any]:
    """Implements `MaskedLM.generate`; see there for the arguments and errors."""
    mask, tokenizer = model.mask_id(), model.need_tokenizer()
    batch = batch_of_text(prompts, "prompts")
    decoder, rules = _asked(model, decoder, options)
    _, suppress = checked_limits(max_tokens=1, seed=seed, stop=None, suppress=suppress)
    drawn = checked_results(num_results, seed, "sampling", {})
    silent = tf.constant(_silent_ids(model, suppress), tf.int32)
    if length is not None:
        masks = checked_integer("length", length, 1, model.packed_length) * [tokenizer.tokens[mask]]
        batch = tf.strings.join([batch, tf.constant((" " if tokenizer.joins_words else "").join(["", *masks]))])
    if not len(batch):
        return []
    _check_masks(model, batch, length)
    key = ("generate", decoder.graph_key(), *(rule.graph_key() for rule in rules))
    graph = model._graph(key, lambda: _traced(model, decoder, rules))
    seeds = tf.tile(tf.constant(seed, tf.int32) + tf.range(drawn), [len(batch)])
    out = graph(tf.repeat(batch, drawn), silent, seeds, tensors_of(decoder), [tensors_of(rule) for rule in rules])
    out = {name: value.numpy() for name, value in out.items()}
    found = [
        {
            "text": out["text"][row].decode("utf-8", errors="replace"),
            "tokens": [tokenizer.tokens[i] for i in out["new_ids"][row, :count]],
            "log_probabilities": out["log_probabilities"][row, :count].tolist(),
        }
        for row, count in enumerate(out["lengths"])
    ]
    return found if num_results is None else ranked_results(found, drawn)


def _asked(model: Any, decoder: Any, options: Mapping[str, Any]) -> tuple[Decoder, tuple[LogitRule, ...]]:
    """The requested decoder and rules, after a check that they can fill masks."""
    decoder, rules = asked_decoder("gibbs" if decoder is None else decoder, options)
    if decoder.needs == "step":
        kind = type(decoder).__name__
        raise UserError(f"{kind} writes token by token, but a {model.task} model fills masks: use gibbs")
    for rule in rules:
        if rule.reads_history:
            name = next(iter(vars(rule)))
            raise UserError(f"{name} looks at the text so far, which a {model.task} model does not have: leave it out")
    return decoder, tuple(rule.bound(model.token_book) for rule in rules)


def _silent_ids(model: Any, suppress: Sequence[str]) -> list[int]:
    """The ids of tokens without text, of these, and of the padding rows of the matrix."""
    tokenizer, size = model.need_tokenizer(), model.config.vocabulary_size
    ids = [*tokenizer.special_ids, *range(tokenizer.vocabulary_size, size)]
    ids += [] if tokenizer.unknown_id is None else [tokenizer.unknown_id]
    for text in suppress:
        encoded = tokenizer.tokenize(text).numpy().tolist()
        if len(encoded) != 1:
            raise UserError(f"suppress {text!r} is {len(encoded)} tokens for this model; it must be one")
        ids += encoded
    if len(set(ids)) == size:
        raise UserError("suppress contains every token of the model: leave at least one")
    return ids


def _check_masks(model: Any, batch: tf.Tensor, length: int | None) -> None:
    """Raises a `UserError` for a text without a mask, or with fewer than requested."""
    mask = model.mask_id()
    name = model.need_tokenizer().tokens[mask]
    counts = tf.reduce_sum(tf.cast(model.pack(batch)["token_ids"] == mask, tf.int32), axis=-1)
    for text, count in zip(batch.numpy(), np.asarray(counts), strict=True):
        if not count or (length is not None and count < length):
            raise UserError(
                f"{text.decode(errors='replace')[:60]!r} has {count} {name} in the first "
                f"{model.max_sequence_length} tokens: write one where a word is missing, or give a length that the "
                "model has room for"
            )


def _traced(model: Any, decoder: Decoder, rules: Sequence[LogitRule]) -> Any:
    """A graph for any number of texts of any length; it is traced once."""
    decoder = decoder.opened(model)
    row, given = tf.TensorSpec((None,), tf.int32), [tensors_of(each) for each in (decoder, *rules)]
    of_decoder, *of_rules = tf.nest.map_structure(
        lambda value: tf.TensorSpec([None] * value.shape.rank, value.dtype), given
    )

    @tf.function(input_signature=[strings_spec(), row, row, of_decoder, of_rules], autograph=False)
    def run(texts, silent, seeds, of_decoder, of_rules):
        packed = model.pack(texts)
        lengths = tf.reduce_sum(tf.cast(packed["padding_mask"], tf.int32), axis=-1)
        suppression = SuppressTokens.of(silent, size=model.config.vocabulary_size, ops=TensorOps)
        asked = [rule.with_values(values) for rule, values in zip(rules, of_rules, strict=True)]
        filling = decoder.with_values(of_decoder)
        found = filling.decode(model, packed["token_ids"], lengths, seeds=seeds, rules=(suppression, *asked))
        return {"text": model.need_tokenizer().detokenize(found["token_ids"]), **found}

    return run
