"""Options of a task, tried before there are data."""

from collections.abc import Mapping
from typing import Any

from .registry import TASKS


def try_options(task: str, config: Any, options: Mapping[str, Any]) -> None:
    """Raises what a model of the task raises for options: their rules stand in its constructor, and only there.

    It builds a model of one layer without a tokenizer, and throws it away.

    Args:
        task: its name.
        config: of the model that is to be.
        options: name -> value.

    Raises:
        UserError: the task refuses a value.

    Example:
        >>> import langzoo.zoo as zoo
        >>> try_options("text_encoder", zoo.named_model("roberta_tiny").config, {"pooling": "mean"})
    """
    layers = {"num_layers": 1} if "num_layers" in type(config).model_fields else {}
    TASKS[task](config.variant(**layers), **options)
