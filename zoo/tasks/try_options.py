"""Validation of task options before there is data."""

from collections.abc import Mapping
from typing import Any

from .registry import TASKS


def try_options(task: str, config: Any, options: Mapping[str, Any]) -> None:
    """Raises the errors of a task's constructor for invalid options, whose rules are defined only there.

    It builds a model of one layer without a tokenizer, and discards it.

    Args:
        task: the name of the task.
        config: the configuration of the future model.
        options: name -> value.

    Raises:
        UserError: the task refuses a value.

    Example:
        >>> import langzoo.zoo as zoo
        >>> try_options("text_encoder", zoo.named_model("roberta_tiny").config, {"pooling": "mean"})
    """
    layers = {"num_layers": 1} if "num_layers" in type(config).model_fields else {}
    TASKS[task](config.variant(**layers), **options)
