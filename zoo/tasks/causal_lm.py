"""Causal language models: whatever predicts the next token from those before it."""

import numbers

import keras
import tensorflow as tf

from ...layers.errors import UserError
from ..decoding import decode, make_decoder
from .text_model import TextModel, batch_of_text, strings_spec


@keras.saving.register_keras_serializable(package="langzoo")
class CausalLM(TextModel):
    """A body, a head, and everything that follows from `step(token, state) -> (logits, state)`.

    Count tables, LSTMs and Transformers are all this class; they differ in the backbone that the configuration builds:

    - `backbone(inputs, state, training)` -> `{"hidden_states": (B, T, D), "state": dict}`,
    - `backbone.initial_state(batch_size, max_length)` -> dict of tensors, rows first,
    - `backbone.build_head()` -> a layer: hidden states to logits, and `negative_log_likelihood(hidden, targets)`.

    Args:
        config: a `ModelConfig` of a family that can generate.
        tokenizer: a `Tokenizer` of the configuration's vocabulary size; needed for the methods that take text.

    Call with `inputs` `{"token_ids": int (B, T)[, "padding_mask": bool (B, T)]}` and `state`, or None for the start of
    a text; returns `{"logits": float32 (B, T, V), "state": dict}`, the logits at t being those of the token at t + 1.

    Raises:
        UserError: the tokenizer's tokens are not the configuration's.

    Example:
        >>> import langzoo.zoo as zoo
        >>> model = zoo.create("lstm_tiny")
        >>> model({"token_ids": tf.constant([[1, 2, 3]])})["logits"].shape
        TensorShape([1, 3, 1000])
    """

    task = "causal_lm"

    def __init__(self, config, *, tokenizer=None, **kwargs):
        super().__init__(config, tokenizer=tokenizer, **kwargs)
        self.head = self.backbone.build_head()
        self.head.build((None, None, self.backbone.hidden_dim))
        self.built = True

    def initial_state(self, batch_size, max_length=None):
        """The state before any token; `max_length` bounds prompt and new tokens, for states that grow."""
        return self.backbone.initial_state(batch_size, max_length)

    def hidden_states(self, inputs, state=None, training=None):
        """The backbone's output: `{"hidden_states": (B, T, D), "state": dict}`."""
        return self.backbone(inputs, state=state, training=training)

    def call(self, inputs, state=None, training=None):
        """Logits at every position; see the class."""
        body = self.hidden_states(inputs, state, training)
        return {"logits": self.head(body["hidden_states"]), "state": body["state"]}

    def step(self, token_ids, state):
        """One token a row, int (B,), and the state; returns float32 logits of the next (B, V) and the new state."""
        body = self.backbone({"token_ids": token_ids[:, tf.newaxis]}, state=state)
        return self.head(body["hidden_states"])[:, 0], body["state"]

    def prefill(self, inputs, state):
        """Reads right-padded prompts; returns the logits after each one's last token (B, V), and the state there."""
        body = self.backbone(inputs, state=state)
        last = tf.reduce_sum(tf.cast(inputs["padding_mask"], tf.int32), axis=-1) - 1  # (B,)
        hidden = tf.gather(body["hidden_states"], last, batch_dims=1)[:, tf.newaxis]  # (B, 1, D)
        return self.head(hidden)[:, 0], body["state"]

    def negative_log_likelihood(self, inputs, targets, state=None, training=None):
        """-log p of each target (B, T), natural logarithm, given the tokens of `inputs` up to its place; the state."""
        body = self.hidden_states(inputs, state, training)
        return self.head.negative_log_likelihood(body["hidden_states"], targets), body["state"]

    def encode_prompts(self, texts):
        """Strings (B,) -> right-padded ids (B, 1 + T) that begin with the start token, and their lengths (B,)."""
        tokenizer = self.need_tokenizer()
        ids = tokenizer.tokenize(texts)
        start = tf.fill((ids.nrows(), 1), tf.cast(tokenizer.start_id, ids.dtype))
        ids = tf.concat([start, ids], axis=1)
        padded = ids.to_tensor()
        # Two columns at least, though all texts be empty or there be none: a loop over no step has no result.
        missing = tf.maximum(2 - tf.shape(padded)[1], 0)
        return tf.pad(padded, tf.reshape(tf.stack([0, 0, 0, missing]), (2, 2))), tf.cast(ids.row_lengths(), tf.int32)

    def _checked_length(self, ids, lengths):
        """The ids, once it is known that the model has a position for every token that it is to read."""
        longest = self.max_sequence_length
        if longest is None:
            return ids
        holds = tf.reduce_all(lengths <= longest)
        with tf.control_dependencies([tf.debugging.Assert(holds, [_too_long(longest)])]):
            return tf.identity(ids)

    def score_strings(self, texts):
        """In a graph: strings (B,) -> the log-probability of every token.

        Returns:
            `token_ids` int32 (B, T), `log_probabilities` float32 (B, T), 0 on padding, `lengths` int32 (B,).
        """
        ids, lengths = self.encode_prompts(texts)
        ids = self._checked_length(ids, lengths - 1)
        inputs, targets = ids[:, :-1], ids[:, 1:]
        mask = tf.sequence_mask(lengths - 1, tf.shape(targets)[1])
        losses, _ = self.negative_log_likelihood({"token_ids": inputs, "padding_mask": mask}, targets)
        return {
            "token_ids": targets,
            "log_probabilities": tf.where(mask, -losses, 0.0),
            "lengths": lengths - 1,
        }

    def generate_strings(self, prompts, decoder, *, max_tokens, stop_ids, seeds, suppress_ids=()):
        """In a graph: strings (B,) -> what follows, `text` (B,), with `token_ids`, `lengths`, `log_probabilities`."""
        ids, lengths = self.encode_prompts(prompts)
        ids = self._checked_length(ids, lengths)
        # Rows of the matrix that only round its size up are no tokens.
        padding = tf.range(self.need_tokenizer().vocabulary_size, self.config.vocabulary_size)
        suppress_ids = tf.concat([tf.cast(suppress_ids, tf.int32), padding], axis=0)
        limits = {"max_tokens": max_tokens, "stop_ids": stop_ids, "suppress_ids": suppress_ids}
        new = decode(self, ids, lengths, decoder, seeds=seeds, **limits)
        ragged = tf.RaggedTensor.from_tensor(  # type: ignore[attr-defined]
            new["token_ids"], lengths=new["lengths"]
        )
        return {"text": self.tokenizer.detokenize(ragged), **new}

    def score(self, texts):
        """The log-probability of every token of each text.

        Args:
            texts: list of strings.

        Returns:
            A list, one entry a text: `tokens` (strings) and `log_probabilities` (floats, natural logarithm); their sum
            is the text's own. The text is read as one that starts anew; an empty one has no tokens.

        Raises:
            UserError: the model has no tokenizer, or a text is not Unicode or too long.
            ValueError: texts is one string, or not strings.
        """
        self.need_tokenizer()
        texts = batch_of_text(texts, "texts")
        if not len(texts):
            return []
        graph = self._graph("score", lambda: tf.function(self.score_strings, input_signature=[strings_spec()]))
        out = {name: value.numpy() for name, value in self._run(graph, texts).items()}
        names = self.need_tokenizer().tokens
        rows = zip(out["token_ids"], out["log_probabilities"], out["lengths"], strict=True)
        return [
            {"tokens": [names[i] for i in ids[:n]], "log_probabilities": log_probabilities[:n].tolist()}
            for ids, log_probabilities, n in rows
        ]

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
        out = self._run(
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

    def _run(self, graph, *arguments):
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
