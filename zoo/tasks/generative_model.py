"""What the tasks that write text share."""

import numbers
from abc import abstractmethod
from typing import Any

import tensorflow as tf

from ...layers.errors import UserError
from ..decoding import Decoder, make_decoder
from .text_model import TextModel, batch_of_text, strings_spec


class GenerativeModel(TextModel):
    """A model that continues or answers text, token by token, through one loop (`zoo.decoding.decode`).

    A task writes `generate_strings`; a live model, an exported one and a server all come through it.
    """

    @abstractmethod
    def generate_strings(
        self, prompts, decoder: Decoder, *, max_tokens, stop_ids, seeds, suppress_ids=()
    ) -> dict[str, Any]:
        """In a graph: strings (B,) -> what follows, `text` (B,), with `token_ids`, `lengths`, `log_probabilities`."""

    def generate(self, prompts, *, max_tokens=50, decoder="greedy", stop=None, suppress=(), seed=0, **options):
        """Continues each prompt.

        Args:
            prompts: list of strings, of any lengths; "" starts a text.
            max_tokens: new tokens at most; a text that fills all positions of the model ends there.
            decoder: a name ("greedy", "temperature", "top_k", "top_p", "beam", or a registered one) or a `Decoder`.
            stop: list of strings, each one token, that end a text; the tokenizer's own when None.
            suppress: list of strings, each one token, that are never written: "<unk>", for instance.
            seed: for decoders that draw, of 32 bits; the same seed gives a prompt the same text in any batch.
            **options: the decoder's: `temperature`, `top_k`, `top_p`, `width`, `length_penalty`.

        Returns:
            A list, one entry a prompt: `text` (what follows the prompt), `tokens` (strings), `log_probabilities`.

        Raises:
            UserError: the model has no tokenizer, a prompt is not Unicode or too long, or an option is unknown or out
                of range.
            ValueError: prompts or stop is one string, or not strings.
        """
        stop_ids = self.stop_ids(stop)
        suppress_ids = tuple(self._single_token("suppress", text) for text in suppress)
        prompts = batch_of_text(prompts, "prompts")
        if isinstance(decoder, str):
            decoder = make_decoder(decoder, **options)
        elif options:
            raise UserError(f"{next(iter(options))} must be set in the decoder, which was given whole")
        for name, value, low in (("max_tokens", max_tokens, 1), ("seed", seed, -(2**31))):
            if not isinstance(value, numbers.Integral) or not low <= value < 2**31:
                raise UserError(f"{name} must be an integer from {low} to {2**31 - 1}, not {value!r}")
        if not len(prompts):
            return []
        graph = self._graph(decoder.graph_key(), lambda: self._trace_generate(decoder))
        out = self.run_graph(
            graph,
            prompts,
            tf.constant(max_tokens, tf.int32),
            tf.constant(stop_ids, tf.int32, shape=[len(stop_ids)]),
            tf.constant(suppress_ids, tf.int32, shape=[len(suppress_ids)]),
            tf.fill((len(prompts),), tf.constant(seed, tf.int32)),
            decoder.parameters(),
        )
        out = {name: value.numpy() for name, value in out.items()}
        names = self.need_tokenizer().tokens
        return [
            {
                "text": out["text"][row].decode("utf-8", errors="replace"),
                "tokens": [names[i] for i in out["token_ids"][row, :n]],
                "log_probabilities": out["log_probabilities"][row, :n].tolist(),
            }
            for row, n in enumerate(out["lengths"])
        ]

    def scored_tokens(self, scored) -> list[dict[str, Any]]:
        """The rows of `token_ids`, `log_probabilities` and `lengths` as lists, with the tokens' names."""
        out = {name: value.numpy() for name, value in scored.items()}
        names = self.need_tokenizer().tokens
        rows = zip(out["token_ids"], out["log_probabilities"], out["lengths"], strict=True)
        return [
            {"tokens": [names[i] for i in ids[:n]], "log_probabilities": log_probabilities[:n].tolist()}
            for ids, log_probabilities, n in rows
        ]

    def new_text(self, new) -> dict[str, Any]:
        """In a graph: what `decode` returned, with its `text` (B,)."""
        ragged = tf.RaggedTensor.from_tensor(  # type: ignore[attr-defined]
            new["token_ids"], lengths=new["lengths"]
        )
        return {"text": self.need_tokenizer().detokenize(ragged), **new}

    def suppressed(self, suppress_ids):
        """Ids that are never written, int32: those asked for, and rows of the matrix that only round its size up."""
        padding = tf.range(self.need_tokenizer().vocabulary_size, self.config.vocabulary_size)
        return tf.concat([tf.cast(suppress_ids, tf.int32), padding], axis=0)

    def checked_length(self, ids, lengths):
        """The ids, once it is known that the model has a position for every token that it is to read."""
        longest = self.max_sequence_length
        if longest is None:
            return ids
        holds = tf.reduce_all(lengths <= longest)
        with tf.control_dependencies([tf.debugging.Assert(holds, [_too_long(longest)])]):
            return tf.identity(ids)

    def run_graph(self, graph, *arguments):
        """A graph's outputs; UserError where a text was too long."""
        try:
            return graph(*arguments)
        except tf.errors.InvalidArgumentError as error:
            rule = _too_long(self.max_sequence_length)
            if rule in str(error):
                raise UserError(rule) from None
            raise

    def stop_ids(self, stop=None):
        """The ids of stop strings, "" being the end token; the tokenizer's own when None."""
        tokenizer = self.need_tokenizer()
        if stop is None:
            return tuple(tokenizer.stop_ids)
        if isinstance(stop, (str, bytes)):
            raise ValueError(f"stop must be a list of strings, not {stop!r}")
        return tuple(self._single_token("stop", text) for text in stop)

    def _single_token(self, what, text):
        tokenizer = self.need_tokenizer()
        if text in ("", tokenizer.tokens[tokenizer.end_id]):
            return tokenizer.end_id
        encoded = tokenizer.tokenize(text).numpy().tolist()
        if len(encoded) != 1:
            raise UserError(f"{what} {text!r} is {len(encoded)} tokens for this model; it must be one")
        if encoded[0] == tokenizer.unknown_id and text != tokenizer.tokens[tokenizer.unknown_id]:
            raise UserError(f"{what} {text!r} is not in the model's vocabulary; it must be")
        return encoded[0]

    def _trace_generate(self, decoder):
        """A graph for prompts of any number and length; it is traced once."""
        scalar, row = tf.TensorSpec((), tf.int32), tf.TensorSpec((None,), tf.int32)
        specs = {name: tf.TensorSpec(value.shape, value.dtype) for name, value in decoder.parameters().items()}

        @tf.function(input_signature=[strings_spec(), scalar, row, row, row, specs])
        def run(prompts, max_tokens, stop_ids, suppress_ids, seeds, parameters):
            limits = {"max_tokens": max_tokens, "stop_ids": stop_ids, "suppress_ids": suppress_ids}
            return self.generate_strings(prompts, decoder.with_parameters(parameters), seeds=seeds, **limits)

        return run


def _too_long(longest):
    return f"a text is longer than this model reads, {longest} tokens with the start token: shorten it"
