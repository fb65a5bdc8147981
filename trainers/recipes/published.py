"""Scaling a published recipe to a model of another size. Importing this loads no TensorFlow."""

import dataclasses
import math
from typing import Any

from ...zoo.model_config import ModelConfig
from ..training_config import TrainingConfig

LEAST_ROWS = 8
HIGHEST_RATE = 3e-3
STEPPED_BY_SIZE = ("lamb", "adafactor")
"""Optimizers whose rate is relative to the weights' size, and is therefore the same for every width."""
PART_BYTES = 4 * 10**9
"""Memory for the activations that layers keep for the gradient of one part of a batch."""


@dataclasses.dataclass(frozen=True)
class Published:
    """The shape of the model that a recipe was published for.

    Attributes:
        parameters: number of parameters of the body, without the rows of its vocabulary.
        hidden_dim: its width.
    """

    parameters: int
    hidden_dim: int

    @classmethod
    def of(cls, config: ModelConfig) -> "Published":
        """Returns the shape of a configuration.

        Example:
            >>> from langzoo.zoo import named_model
            >>> Published.of(named_model("bert_base_uncased").config).parameters
            85648896
        """
        rows = config.body_count() - config.variant(vocabulary_size=config.vocabulary_size - 1).body_count()
        return cls(config.body_count() - rows * config.vocabulary_size, config.output_dim)


def scaled_to(
    config: ModelConfig, training: TrainingConfig, *, published: Published, sequence_length: int | None = None
) -> TrainingConfig:
    """Scales the settings of a published shape to a smaller one.

    A model with a share s of the published parameters (without those of the vocabulary) reads a share s of the
    tokens, so that the ratio of tokens to parameters is the same: in batches of sqrt(s) of the rows, at least 8 and a
    multiple of 8, and in the number of steps that this takes. Its learning rate is higher by the ratio of the widths
    (Yang et al. 2022, arXiv:2203.03466, table 3), at most 0.003, except for optimizers whose rate is relative to the
    weights' size. Rows are no longer than the model reads; in that case those of earlier phases are a quarter of it.
    A larger model gets the published settings.

    Args:
        config: configuration of the model.
        training: the published settings.
        published: the shape that they were published for.
        sequence_length: tokens per row; None for the published number.

    Example:
        >>> from langzoo.zoo import named_model
        >>> from langzoo.trainers.recipes import Pretraining
        >>> tiny = Pretraining.of("bert_tiny_uncased", "bert").scaled(named_model("bert_tiny_uncased").config)
        >>> tiny.steps, tiny.data.batch_size, round(tiny.optimizer.learning_rate, 5)
        (73000, 24, 0.0006)
    """
    own, data, optimizer = Published.of(config), training.data, training.optimizer
    share = min(own.parameters / published.parameters, 1.0)
    longest = min(data.sequence_length, config.context_length or data.sequence_length)
    length = sequence_length or longest
    settings: dict[str, Any] = {
        "data.sequence_length": length,
        "steps": training.steps,
    }
    if length < data.sequence_length and data.short_phases:
        settings["data.phases"] = ",".join(f"{max(length // 4, 5)}:{part:g}" for _, part in data.short_phases)
    if share < 1:
        rows = max(LEAST_ROWS, round(data.batch_size * math.sqrt(share) / LEAST_ROWS) * LEAST_ROWS)
        settings["data.batch_size"] = rows
        tokens = training.steps * data.batch_size * data.sequence_length * share
        settings["steps"] = _rounded(tokens / (rows * length))
        if optimizer.name not in STEPPED_BY_SIZE:
            rate = optimizer.learning_rate * max(published.hidden_dim / own.hidden_dim, 1.0)
            settings["optimizer.learning_rate"] = min(rate, max(HIGHEST_RATE, optimizer.learning_rate))
    return training.with_settings(settings)


def parts_in_memory(config: ModelConfig, training: TrainingConfig) -> int:
    """Number of parts to split a batch into so that the activations kept for the gradient of one take about 4 GB.

    The estimate is that of Korthikanti et al. 2022 (arXiv:2205.05198, equation 2), in float32, with the logits.

    Args:
        config: configuration of the model.
        training: its settings; masked models have logits only for the masked tokens.

    Returns:
        A power of two that divides the rows of a batch.
    """
    length, width = training.data.sequence_length, config.output_dim
    layers, heads = (getattr(config, name, 1) for name in ("num_layers", "num_heads"))
    scored = getattr(training.objective, "mask_rate", 1.0)
    token = 2 * layers * (34 * width + 5 * heads * length) + 12 * scored * config.vocabulary_size
    rows, parts = training.data.batch_size, 1
    while rows % (2 * parts) == 0 and token * length * rows / parts > PART_BYTES:
        parts *= 2
    return parts


def _rounded(steps: float) -> int:
    """Rounds to two digits, at least 100."""
    digits = max(int(math.log10(max(steps, 1))) - 1, 0)
    return max(100, round(steps / 10**digits) * 10**digits)
