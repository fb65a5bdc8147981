"""One body with a head for each of several tasks."""

import re
from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from ...layers.plain.did_you_mean import unknown_name_message
from ...layers.plain.errors import UserError
from ...layers.text import Tokenizer
from ..model_config import ModelConfig
from .registry import TASKS, register_task
from .text_model import TextModel

NAMES = re.compile(r"[A-Za-z0-9_-]{1,60}")


@register_task("multi_task")
@keras.saving.register_keras_serializable(package="langzoo")
class MultiTask(TextModel):
    """Models of several tasks that share one body (Caruana 1997; Liu et al. 2019, arXiv:1901.11504).

    Each of `heads` is a complete model of its task, with all its methods; the body is trained, saved and counted once.

    Args:
        config: a configuration of a family whose body fits the task of every head.
        tokenizer: required by the methods of the heads that take text.
        heads: name -> `{"task": name of the task, "options": its options}`; names consist of letters, digits, `_` and
            `-`.
        **kwargs: `name`.

    Call with name of a head -> its inputs, for one or more heads; returns name -> outputs of the head.

    Raises:
        UserError: no head, an invalid name, an unknown task or option, or a task that does not fit the body.

    Example:
        >>> import langzoo.zoo as zoo
        >>> heads = {"mood": {"task": "text_classifier"}, "names": {"task": "token_tagger"}}
        >>> model = zoo.create("bert_tiny", task="multi_task", options={"heads": heads})
        >>> model.heads["mood"].labels
        ('0', '1')
    """

    bodies = ("encoder", "causal")
    purpose = "has a head for each of several tasks on one body"
    intended_use = "Several tasks on texts like those of its training data, each by its own head."
    command = "predict {run} --task TASK --text"

    def __init__(
        self,
        config: ModelConfig,
        *,
        tokenizer: Tokenizer | None = None,
        heads: Mapping[str, Mapping[str, Any]] | None = None,
        **kwargs: Any,
    ):
        super().__init__(config, tokenizer=tokenizer, **kwargs)
        if not isinstance(heads, Mapping) or not heads:
            raise UserError(f"heads must be names with a task each, not {str(heads)[:200]}")
        self.heads = {name: self._head(name, described) for name, described in heads.items()}
        self.built = True

    def _head(self, name: Any, described: Any) -> TextModel:
        from ..model_directory import check_task_options

        if not isinstance(name, str) or not NAMES.fullmatch(name):
            raise UserError(f"the name of a head must be letters, digits, _ and -, not {str(name)[:60]!r}")
        task = described.get("task") if isinstance(described, Mapping) else None
        options = described.get("options", {}) if isinstance(described, Mapping) else None
        if not isinstance(task, str) or not isinstance(options, Mapping) or task == self.task:
            raise UserError(f"the head {name} must have a task of its own and its options, not {str(described)[:200]}")
        self.config.checked_task(task)
        check_task_options(task, options)
        return TASKS[task](
            self.config, tokenizer=self.tokenizer, name=self.name, backbone=self.backbone, **dict(options)
        )

    def head(self, name: str | None) -> TextModel:
        """The model of one task.

        Args:
            name: the name of the head; None if there is only one.

        Raises:
            UserError: there is no head of that name, or a name is required.
        """
        if name is None and len(self.heads) == 1:
            return next(iter(self.heads.values()))
        if name is None:
            raise UserError(f"{self.name} has several heads: choose one with task, {', '.join(self.heads)}")
        if name not in self.heads:
            raise UserError(unknown_name_message("head", name, self.heads))
        return self.heads[name]

    def _gradients(self, batch, state, scales, objective=None):
        del state, objective
        place, choices = self._of_each.choices(batch)
        # Computed within the branch: the intermediate results for a gradient do not leave it, which XLA could not do.
        of = lambda one: lambda: super(MultiTask, self)._gradients(batch, {}, scales, one)[:2]  # noqa: E731
        gradients, sums = tf.switch_case(place, [of(one) for one in choices])
        return gradients, sums, {}

    @property
    def options(self) -> dict[str, Any]:
        """See `TextModel`."""
        return {"heads": {name: {"task": head.task, "options": head.options} for name, head in self.heads.items()}}

    @property
    def options_of_weights(self) -> dict[str, Any]:
        """See `TextModel`."""
        return {name: {"task": head.task, "options": head.options_of_weights} for name, head in self.heads.items()}

    def input_signature(self) -> dict[str, Any]:
        """See `TextModel`; those of every head."""
        return {name: head.input_signature() for name, head in self.heads.items()}

    def call(self, inputs: Mapping[str, Any], training: bool | None = None) -> dict[str, Any]:
        """See the class."""
        return {name: self.heads[name](of_head, training=training) for name, of_head in inputs.items()}

    def named_weights(self) -> dict[Any, Any]:
        """Every weight by its path; those of a head start with its name."""
        named = {weight.path: weight for weight in self.backbone.weights}
        shared = {id(weight) for weight in self.backbone.weights}
        for name, head in self.heads.items():
            own = (weight for weight in head.weights if id(weight) not in shared)
            named |= {f"{name}/{weight.path}": weight for weight in own}
        return named

    def get_metrics_result(self) -> dict[str, Any]:
        """The figures of the objective since the metrics were reset; NaN for a task without a batch so far."""
        of_none = tf.constant(float("nan"), tf.float64)
        means = {name: tf.where(mean.count > 0, mean.total / mean.count, of_none) for name, mean in self._means.items()}
        return self.objective.figures(means)

    @property
    def _of_each(self) -> Any:
        """The objective, which must be one of several tasks."""
        return self.objective
