"""Scoring of texts by another model."""

from typing import Any

import tensorflow as tf

from ...layers.plain.did_you_mean import unknown_name_message
from ...layers.plain.errors import UserError
from .model_draft import opened_draft, within_positions


class TextScorer:
    """Scores texts of a generative model: a classifier by a label's probability, a causal model by that of the text.

    Args:
        judge: a `TextClassifier`, or a `CausalLM` of the same tokens.
        model: the generative model, whose tokenizer decodes the texts.
        label: the desired label of the classifier; "" for a causal model.

    Example:
        >>> TextScorer.opened("runs/reviews", model, label="positive")  # doctest: +SKIP
    """

    def __init__(self, judge: Any, model: Any, *, label: str = ""):
        self._judge, self._tokenizer = judge, model.need_tokenizer()
        self._column = judge.labels.index(label) if label else None

    @classmethod
    def opened(cls, path: str, model: Any, *, label: str = "") -> "TextScorer":
        """Opens the scorer of a run.

        Raises:
            UserError: there is no run, its model cannot score texts, or there is no such label.
        """
        from ..load import load

        judge = load(path)
        if not hasattr(judge, "classify_strings"):
            if label:
                raise UserError(f"{path} is a {judge.task} model, which has no labels: leave label out")
            return cls(opened_draft(path, model), model)
        labels = list(getattr(judge, "labels", ()))
        if judge.problem_type == "regression":
            raise UserError(f"{path} gives scores, not probabilities: choose a classifier of labels")
        if not label:
            raise UserError(f"{path} knows the labels {', '.join(labels[:20])}: choose one with label")
        if label not in labels:
            raise UserError(unknown_name_message(f"label of {path}:", label, labels))
        judge.need_tokenizer()
        return cls(judge, model, label=label)

    def log_scores(self, token_ids: Any, lengths: Any) -> Any:
        """In a graph: log p(label | text), or the mean log p of a text's tokens, float32 (B,).

        Args:
            token_ids: int32 (B, T), prompt and new tokens, padded on the right.
            lengths: int32 (B,).
        """
        if self._column is not None:
            rows = tf.RaggedTensor.from_tensor(token_ids, lengths=lengths)  # pyright: ignore[reportAttributeAccessIssue]
            found = self._judge.classify_strings(self._tokenizer.detokenize(rows))
            return tf.math.log(tf.maximum(found["probabilities"][:, self._column], 1e-30))
        token_ids = within_positions(self._judge, token_ids, lengths)
        there = tf.sequence_mask(lengths - 1, tf.shape(token_ids)[1] - 1)
        inputs = {"token_ids": token_ids[:, :-1], "padding_mask": there}
        losses, _ = self._judge.negative_log_likelihood(inputs, token_ids[:, 1:])
        total = tf.reduce_sum(tf.where(there, -losses, 0.0), axis=-1)
        return total / tf.cast(tf.maximum(lengths - 1, 1), tf.float32)
