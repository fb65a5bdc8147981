"""Causal language models, which predict the next token from those before it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from ...layers.plain.logit_rules import LogitRule
from ...layers.text import Tokenizer
from ..decoding import Decoder
from ..model_config import ModelConfig
from .generative_model import GenerativeModel
from .registry import register_task
from .text_model import batch_of_text, strings_spec


@register_task("causal_lm")
@keras.saving.register_keras_serializable(package="langzoo")
class CausalLM(GenerativeModel):
    """A causal language model: everything that follows from `step(token, state) -> (logits, state)`.

    Count tables, LSTMs and Transformers all use this class; they differ in the backbone that the configuration builds:

    - `backbone(inputs, state, training)` -> `{"hidden_states": (B, T, D), "state": dict}`,
    - `backbone.initial_state(batch_size, max_length)` -> dict of tensors, rows first,
    - `backbone.build_head()` -> a layer: hidden states to logits, and `negative_log_likelihood(hidden, targets)`.

    Args:
        config: a `ModelConfig` of a family that can generate text.
        tokenizer: a `Tokenizer` of the configuration's vocabulary size; required by the methods that take text.

    Call with `inputs` `{"token_ids": int (B, T)[, "padding_mask": bool (B, T)]}` and `state`, or None for the start of
    a text; returns `{"logits": float32 (B, T, V), "state": dict}`, where the logits at t are those of the token at t +
    1.

    Raises:
        UserError: the tokenizer does not fit the configuration.

    Example:
        >>> import langzoo.zoo as zoo
        >>> model = zoo.create("lstm_tiny")
        >>> model({"token_ids": tf.constant([[1, 2, 3]])})["logits"].shape
        TensorShape([1, 3, 1000])
    """

    bodies = ("causal", "table")
    purpose = "predicts the next token from those before it"
    intended_use = (
        "Continuing text, scoring text, and research on language models, in the language and style of its training "
        "data."
    )
    example_call = 'generate(["the"], max_tokens=20, temperature=0.8, seed=1)'

    def __init__(
        self,
        config: ModelConfig,
        *,
        tokenizer: Tokenizer | None = None,
        more_stop_ids: Sequence[int] = (),
        **kwargs: Any,
    ):
        super().__init__(config, tokenizer=tokenizer, more_stop_ids=more_stop_ids, **kwargs)
        self.head = self.backbone.build_head()
        self.head.build((None, None, self.backbone.hidden_dim))
        self.built = True

    def initial_state(self, batch_size: Any, max_length: Any = None) -> dict[str, Any]:
        """The state before any token; `max_length` bounds the prompt and new tokens, for states that grow."""
        return self.backbone.initial_state(batch_size, max_length)

    def hidden_states(
        self, inputs: Mapping[str, Any], state: Mapping[str, Any] | None = None, training: bool | None = None
    ) -> dict[str, Any]:
        """The backbone's output: `{"hidden_states": (B, T, D), "state": dict}`."""
        return self.backbone(inputs, state=state, training=training)

    def call(
        self, inputs: Mapping[str, Any], state: Mapping[str, Any] | None = None, training: bool | None = None
    ) -> dict[str, Any]:
        """Logits at every position; see the class."""
        body = self.hidden_states(inputs, state, training)
        return {"logits": self.head(body["hidden_states"]), "state": body["state"]}

    def step(self, token_ids: tf.Tensor, state: Mapping[str, Any]) -> tuple[tf.Tensor, dict[str, Any]]:
        """Reads one token per row, int (B,); returns float32 logits of the next token (B, V) and the new state."""
        hidden, state = self.step_hidden(token_ids, state)
        return self.head(hidden), state

    def step_hidden(self, token_ids: tf.Tensor, state: Mapping[str, Any]) -> tuple[tf.Tensor, dict[str, Any]]:
        """Like `step`, but returns the input of the head, (B, D), instead of logits."""
        body = self.backbone({"token_ids": token_ids[:, tf.newaxis]}, state=state)
        return body["hidden_states"][:, 0], body["state"]

    def prefill(self, inputs: Mapping[str, Any], state: Mapping[str, Any]) -> tuple[tf.Tensor, dict[str, Any]]:
        """Reads right-padded prompts; returns the logits after the last token of each (B, V), and the state there."""
        hidden, state = self.prefill_hidden(inputs, state)
        return self.head(hidden), state

    def prefill_hidden(self, inputs: Mapping[str, Any], state: Mapping[str, Any]) -> tuple[tf.Tensor, dict[str, Any]]:
        """Like `prefill`, but returns the input of the head, (B, D), instead of logits."""
        body = self.backbone(inputs, state=state)
        last = tf.reduce_sum(tf.cast(inputs["padding_mask"], tf.int32), axis=-1) - 1  # (B,)
        return tf.gather(body["hidden_states"], last, batch_dims=1), body["state"]

    def negative_log_likelihood(
        self,
        inputs: Mapping[str, Any],
        targets: tf.Tensor,
        state: Mapping[str, Any] | None = None,
        training: bool | None = None,
    ) -> tuple[tf.Tensor, dict[str, Any]]:
        """-log p of each target (B, T), natural logarithm, given the tokens of `inputs` up to it; and the state."""
        body = self.hidden_states(inputs, state, training)
        return self.head.negative_log_likelihood(body["hidden_states"], targets), body["state"]

    def encode_prompts(self, texts: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Encodes strings (B,) as right-padded ids (B, T), with their lengths (B,), at least 1.

        They begin with the start token, unless the models of the tokenizer read none (`Tokenizer.add_start`): then only
        a text without tokens does, since something must be read.
        """
        tokenizer = self.need_tokenizer()
        ids = tokenizer.tokenize(texts)
        lengths = ids.row_lengths()
        starts = tf.ones_like(lengths) if tokenizer.add_start else tf.cast(lengths == 0, lengths.dtype)
        start = tf.fill(tf.reshape(tf.reduce_sum(starts), [1]), tf.cast(tokenizer.start_id, ids.dtype))
        ids = tf.concat([tf.RaggedTensor.from_row_lengths(start, starts), ids], axis=1)  # pyright: ignore[reportAttributeAccessIssue]
        padded = ids.to_tensor()
        # At least two columns, even if all texts are empty or there are none: a loop without steps has no result.
        missing = tf.maximum(2 - tf.shape(padded)[1], 0)
        return tf.pad(padded, tf.reshape(tf.stack([0, 0, 0, missing]), (2, 2))), tf.cast(ids.row_lengths(), tf.int32)

    def score_strings(self, texts: tf.Tensor) -> dict[str, tf.Tensor]:
        """In a graph: strings (B,) -> the log-probability of every token, given those before it.

        If no start token is read (`Tokenizer.add_start`), the first token of a text has no context: it is read, but has
        no log-probability.

        Returns:
            `token_ids` int32 (B, T), `log_probabilities` float32 (B, T), 0 on padding, `lengths` int32 (B,).
        """
        ids, lengths = self.encode_prompts(texts)
        ids = self.checked_length(ids, lengths - 1)
        inputs, targets = ids[:, :-1], ids[:, 1:]
        mask = tf.sequence_mask(lengths - 1, tf.shape(targets)[1])
        losses, _ = self.negative_log_likelihood({"token_ids": inputs, "padding_mask": mask}, targets)
        return {
            "token_ids": targets,
            "log_probabilities": tf.where(mask, -losses, 0.0),
            "lengths": lengths - 1,
        }

    def generate_strings(
        self,
        prompts: tf.Tensor,
        decoder: Decoder,
        *,
        rules: Sequence[LogitRule] = (),
        num_results: int = 1,
        **limits: Any,
    ) -> dict[str, Any]:
        """See `GenerativeModel`."""
        ids, lengths = self.encode_prompts(prompts)
        ids = self.checked_length(ids, lengths)
        model = self.bound(limits["seeds"])
        new = decoder.decode(model, ids, lengths, rules=rules, num_results=num_results, **limits)
        if num_results > 1:
            prompts, ids, lengths = (tf.repeat(each, num_results, axis=0) for each in (prompts, ids, lengths))
        return self.continued_text(prompts, ids, lengths, new)

    def bound(self, seeds: tf.Tensor) -> Any:
        """The model that `decode` uses for texts with these seeds, int32 (B,); here itself, for all seeds."""
        del seeds
        return self

    def writer(self, prompts: tf.Tensor) -> Callable[[Mapping[str, Any]], tf.Tensor]:
        """See `GenerativeModel`."""
        ids, lengths = self.encode_prompts(prompts)

        def write(new):
            each = tf.shape(new["lengths"])[0] // tf.maximum(tf.shape(prompts)[0], 1)
            texts, read, sizes = (tf.repeat(part, each, axis=0) for part in (prompts, ids, lengths))
            return self.continued_text(texts, read, sizes, new)["text"]

        return write

    def hidden_of_new(self, prompts: tf.Tensor, new_ids: tf.Tensor) -> tf.Tensor:
        """The input of the head for each new token (1, N) after a prompt, a string (1,): (1, N, D)."""
        ids, lengths = self.encode_prompts(prompts)
        first = int(lengths[0])
        read = tf.concat([ids[:, :first], new_ids[:, :-1]], axis=1)
        return self.hidden_states({"token_ids": read})["hidden_states"][:, first - 1 :]

    def score(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """Computes the log-probability of every token of each text.

        Args:
            texts: list of strings.

        Returns:
            A list, one entry per text: `tokens` (strings) and `log_probabilities` (floats, natural logarithm); their
            sum is that of the text. The text is read as a new one; an empty text has no tokens. If the model reads no
            start token (GPT-2, `Tokenizer.add_start`), the first token has no context: it is left out, and the sum is
            that of the others given it, as in the loss of transformers. For hidden Markov models also `states`: the
            most probable state of each token.

        Raises:
            UserError: the model has no tokenizer, or a text is not Unicode or too long.
            ValueError: texts is a single string, or not strings.
        """
        self.need_tokenizer()
        rows = batch_of_text(texts, "texts")
        if not len(rows):
            return []
        graph = self._graph(
            "score", lambda: tf.function(self.score_strings, input_signature=[strings_spec()], autograph=False)
        )
        scored = self.run_graph(graph, rows)
        found = self.scored_tokens(scored)
        if (best_states := getattr(self.backbone, "best_states", None)) is not None:
            ids, lengths = scored["token_ids"].numpy(), scored["lengths"].numpy()
            states = best_states([row[:length].tolist() for row, length in zip(ids, lengths, strict=True)])
            found = [{**entry, "states": each} for entry, each in zip(found, states, strict=True)]
        return found

    def sample_text(self, prompt: str, *, max_tokens: int, seed: int) -> str | None:
        """See `TextModel`; the continuation of a text."""
        (sample,) = self.generate([prompt], max_tokens=max_tokens, decoder="top_p", stop=[], seed=seed)
        return prompt + sample["text"]

    def attention_weights(self, inputs: Mapping[str, Any]) -> list[tf.Tensor]:
        """The attention weights of each layer, (B, H, T, T), one query per row; UserError if there is no attention."""
        self.need_attention()
        return list(self.backbone(inputs, return_attention_weights=True)["attention_weights"])
