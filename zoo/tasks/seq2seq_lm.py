"""Sequence-to-sequence models, which generate a text from another."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from ...layers.plain.generation_options import checked_integer
from ...layers.plain.logit_rules import LogitRule
from ...layers.text import Tokenizer
from ..decoding import Decoder
from ..model_config import ModelConfig
from .generative_model import GenerativeModel
from .registry import register_task
from .source_bound_model import SourceBoundModel
from .text_model import batch_of_text, strings_spec


@register_task("seq2seq_lm")
@keras.saving.register_keras_serializable(package="langzoo")
class Seq2SeqLM(GenerativeModel):
    """An encoder, a decoder that attends to its output, and a head (Sutskever et al. 2014; Vaswani et al. 2017).

    Sources end with the tokenizer's end token, and may begin with a token of their own; targets begin with a start
    token, which is not predicted, and end with the end token, which is.

    Args:
        config: a `ModelConfig` of a family with the task "seq2seq_lm".
        tokenizer: the tokenizer of both texts; required by the methods that take text.
        start_id: the token before a target; None for the tokenizer's start token. T5 uses its padding token.
        source_start_id: the token before a source; None for none. Chinese T5s read [CLS] there, CodeT5 <s>.
        more_stop_ids: ids that end a target in addition to the end token.
        **kwargs: `name`.

    Call with `inputs` `{"source_ids": int (B, S)[, "source_mask": bool (B, S)], "token_ids": int (B, T)[,
    "padding_mask": bool (B, T)]}`; returns `{"logits": float32 (B, T, V)}`, where those at t are of the token at t + 1.

    Example:
        >>> import langzoo.zoo as zoo
        >>> model = zoo.create("transformer_tiny")
        >>> inputs = {"source_ids": tf.constant([[3, 4, 1]]), "token_ids": tf.constant([[1, 5]])}
        >>> model(inputs)["logits"].shape[:2]
        TensorShape([1, 2])
    """

    bodies = ("encoder_decoder",)
    purpose = "writes a text in answer to another"
    intended_use = "Rewriting text as in its training data: translation, summaries and the like."
    example_call = 'generate(["the cat"], max_tokens=20)'

    def __init__(
        self,
        config: ModelConfig,
        *,
        tokenizer: Tokenizer | None = None,
        start_id: int | None = None,
        source_start_id: int | None = None,
        more_stop_ids: Sequence[int] = (),
        **kwargs: Any,
    ):
        super().__init__(config, tokenizer=tokenizer, more_stop_ids=more_stop_ids, **kwargs)
        last = config.vocabulary_size - 1
        self.start_id = None if start_id is None else checked_integer("start_id", start_id, 0, last)
        if source_start_id is not None:
            checked_integer("source_start_id", source_start_id, 0, last)
        self.source_start_id = source_start_id
        self.head = self.backbone.build_head()
        self.head.build((None, None, self.backbone.hidden_dim))
        self.built = True

    @property
    def options(self) -> dict[str, Any]:
        """See `TextModel`."""
        before = {} if self.source_start_id is None else {"source_start_id": self.source_start_id}
        return {"start_id": self.start_id, **before, **super().options}

    def call(self, inputs: Mapping[str, Any], training: bool | None = None) -> dict[str, Any]:
        """See the class."""
        return {"logits": self.head(self.hidden_states(inputs, training)["hidden_states"])}

    def hidden_states(self, inputs: Mapping[str, Any], training: bool | None = None) -> dict[str, Any]:
        """The backbone's output over a whole target."""
        source = {"token_ids": inputs["source_ids"], "padding_mask": inputs.get("source_mask")}
        encoded = self.backbone.encode(source, training=training)
        return self.backbone(_target(inputs), state=encoded["state"], training=training)

    def negative_log_likelihood(
        self,
        inputs: Mapping[str, Any],
        targets: tf.Tensor,
        training: bool | None = None,
        *,
        label_smoothing: float = 0.0,
    ) -> tf.Tensor:
        """-log p of each target (B, T), natural logarithm, given the source and the tokens up to it."""
        hidden = self.hidden_states(inputs, training)["hidden_states"]
        return self.head.negative_log_likelihood(hidden, targets, label_smoothing=label_smoothing)

    def attention_weights(self, inputs: Mapping[str, Any]) -> dict[str, list[tf.Tensor]]:
        """The attention weights by layer: `encoder` (B, H, S, S), `decoder` (B, H, T, T), `cross` (B, H, T, S).

        The first two are empty if a body only attends from the target to the source.
        """
        source = {"token_ids": inputs["source_ids"], "padding_mask": inputs.get("source_mask")}
        encoded = self.backbone.encode(source, return_attention_weights=True)
        decoded = self.backbone(_target(inputs), state=encoded["state"], return_attention_weights=True)
        return {
            "encoder": list(encoded.get("attention_weights", ())),
            "decoder": list(decoded.get("attention_weights", ())),
            "cross": list(decoded["cross_attention_weights"]),
        }

    def input_signature(self) -> dict[str, tf.TensorSpec]:
        """See `TextModel`."""
        ids = tf.TensorSpec((None, None), tf.int32)
        return {"source_ids": ids, "token_ids": ids}

    def sample_text(self, prompt: str, *, max_tokens: int, seed: int) -> str | None:
        """See `TextModel`; the answer to a source."""
        if not prompt:
            return None
        return f"{prompt} -> {self.generate([prompt], max_tokens=max_tokens, seed=seed)[0]['text']}"

    def start_state(self, source: Mapping[str, tf.Tensor], max_length: Any) -> dict[str, Any]:
        """The state before any target token: the encoded source, and an empty cache for `max_length` tokens."""
        batch = tf.shape(source["token_ids"])[0]
        return {**self.backbone.initial_state(batch, max_length), **self.backbone.encode(source)["state"]}

    def step(self, token_ids: tf.Tensor, state: Mapping[str, Any]) -> tuple[tf.Tensor, dict[str, Any]]:
        """Reads one token per row, int (B,); returns float32 logits of the next token (B, V) and the new state."""
        hidden, state = self.step_hidden(token_ids, state)
        return self.head(hidden), state

    def step_hidden(self, token_ids: tf.Tensor, state: Mapping[str, Any]) -> tuple[tf.Tensor, dict[str, Any]]:
        """Like `step`, but returns the input of the head, (B, D), instead of logits."""
        body = self.backbone({"token_ids": token_ids[:, tf.newaxis]}, state=state)
        return body["hidden_states"][:, 0], body["state"]

    def step_attention(self, token_ids: tf.Tensor, state: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Like `step_hidden`, with the attention weights.

        Which layers align words differs from model to model (Garg et al. 2019, arXiv:1909.02074), so all count equally.

        Returns:
            A dict: `hidden` (B, D); `attention` float32 (B, S), the mean of all layers and heads; `source_mask` bool
            (B, S). And the state.
        """
        body = self.backbone({"token_ids": token_ids[:, tf.newaxis]}, state=state, return_attention_weights=True)
        layers = [
            tf.reduce_mean(tf.cast(each[:, :, 0], tf.float32), axis=1) for each in body["cross_attention_weights"]
        ]
        looked = {"attention": tf.add_n(layers) / len(layers), "source_mask": state["source_mask"]}
        return {"hidden": body["hidden_states"][:, 0], **looked}, body["state"]

    def encode_sources(self, texts: tf.Tensor) -> dict[str, tf.Tensor]:
        """Encodes strings (B,) as `token_ids` (B, S) with the tokens around a source, and `padding_mask`."""
        return self._encoded(texts, before=self.source_start_id)

    def encode_targets(self, texts: tf.Tensor) -> dict[str, tf.Tensor]:
        """Encodes strings (B,) as `token_ids` (B, T) that end with the end token, right-padded, and `padding_mask`."""
        return self._encoded(texts, before=None)

    def _encoded(self, texts: tf.Tensor, *, before: int | None) -> dict[str, tf.Tensor]:
        tokenizer = self.need_tokenizer()
        ids = tokenizer.tokenize(texts)
        frame = lambda token: tf.fill((ids.nrows(), 1), tf.cast(token, ids.dtype))  # noqa: E731
        start = [] if before is None else [frame(before)]
        ids = tf.concat([*start, ids, frame(tokenizer.end_id)], axis=1)
        lengths = tf.cast(ids.row_lengths(), tf.int32)
        padded = self.checked_length(ids.to_tensor(default_value=tokenizer.padding_id), lengths)
        return {"token_ids": padded, "padding_mask": tf.sequence_mask(lengths, tf.shape(padded)[1])}

    def shift_right(self, targets: tf.Tensor) -> tf.Tensor:
        """The inputs that target tokens are predicted from, (B, T): the start token and all targets but the last."""
        start = tf.fill(tf.shape(targets[:, :1]), tf.cast(self.target_start_id(), targets.dtype))
        return tf.concat([start, targets[:, :-1]], axis=1)

    def encode_pairs(self, sources: tf.Tensor, targets: tf.Tensor) -> tuple[dict[str, tf.Tensor], tf.Tensor, tf.Tensor]:
        """Encodes two batches of strings (B,) as inputs of the model, targets (B, T) and their mask, bool (B, T)."""
        source, target = self.encode_sources(sources), self.encode_targets(targets)
        ids, mask = target["token_ids"], target["padding_mask"]
        inputs = {
            "source_ids": source["token_ids"],
            "source_mask": source["padding_mask"],
            "token_ids": self.shift_right(ids),
            "padding_mask": mask,
        }
        return inputs, ids, mask

    def score_pair_strings(self, sources: tf.Tensor, targets: tf.Tensor) -> dict[str, tf.Tensor]:
        """In a graph: two batches of strings (B,) -> the log-probability of every token of the targets.

        Returns:
            `token_ids` int32 (B, T), `log_probabilities` float32 (B, T), 0 on padding, `lengths` int32 (B,), including
            end tokens.
        """
        inputs, ids, mask = self.encode_pairs(sources, targets)
        losses = self.negative_log_likelihood(inputs, ids)
        lengths = tf.reduce_sum(tf.cast(mask, tf.int32), axis=-1)
        return {"token_ids": ids, "log_probabilities": tf.where(mask, -losses, 0.0), "lengths": lengths}

    def generate_strings(
        self,
        prompts: tf.Tensor,
        decoder: Decoder,
        *,
        rules: Sequence[LogitRule] = (),
        num_results: int = 1,
        **limits: Any,
    ) -> dict[str, Any]:
        """See `GenerativeModel`; the prompts are sources, and the results are targets."""
        bound, rows = self.with_source(self.encode_sources(prompts)), tf.shape(prompts)[0]
        ids = tf.fill((rows, 1), tf.cast(self.target_start_id(), tf.int32))
        lengths = tf.ones((rows,), tf.int32)
        return self.new_text(decoder.decode(bound, ids, lengths, rules=rules, num_results=num_results, **limits))

    def writer(self, prompts: tf.Tensor) -> Callable[[Mapping[str, Any]], tf.Tensor]:
        """See `GenerativeModel`."""
        del prompts
        return lambda new: self.new_text(new)["text"]

    def hidden_of_new(self, prompts: tf.Tensor, new_ids: tf.Tensor) -> tf.Tensor:
        """The input of the head for each new token (1, N) in answer to a source, a string (1,): (1, N, D)."""
        source = self.encode_sources(prompts)
        inputs = {"source_ids": source["token_ids"], "source_mask": source["padding_mask"]}
        return self.hidden_states({**inputs, "token_ids": self.shift_right(new_ids)})["hidden_states"]

    def own_stop_ids(self) -> tuple[int, ...]:
        """See `GenerativeModel`; the end token, since that is how targets end."""
        return (self.need_tokenizer().end_id,)

    def score(self, sources: Sequence[str], targets: Sequence[str]) -> list[dict[str, Any]]:
        """Computes the log-probability of every token of each target, given its source.

        Args:
            sources: list of strings.
            targets: list of as many strings.

        Returns:
            A list, one entry per pair: `tokens` (strings, the end token last) and `log_probabilities` (floats, natural
            logarithm); their sum is that of the target.

        Raises:
            UserError: the model has no tokenizer, or a text is not Unicode or too long.
            ValueError: sources or targets is a single string, or not strings, or their numbers differ.
        """
        self.need_tokenizer()
        pairs = batch_of_text(sources, "sources"), batch_of_text(targets, "targets")
        if len(pairs[0]) != len(pairs[1]):
            raise ValueError(f"there must be as many targets as sources, {len(pairs[0])}, not {len(pairs[1])}")
        if not len(pairs[0]):
            return []
        specs = [strings_spec(), strings_spec()]
        graph = self._graph(
            "score", lambda: tf.function(self.score_pair_strings, input_signature=specs, autograph=False)
        )
        return self.scored_tokens(self.run_graph(graph, *pairs))

    def with_source(self, source: Mapping[str, tf.Tensor]) -> SourceBoundModel:
        """The model for `decode`, with given sources."""
        return SourceBoundModel(self, source)

    def target_start_id(self) -> int:
        """The token before a target."""
        return self.need_tokenizer().start_id if self.start_id is None else self.start_id


def _target(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: inputs[name] for name in ("token_ids", "padding_mask") if inputs.get(name) is not None}
