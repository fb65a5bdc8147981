"""How a model is trained. Importing this loads no TensorFlow."""

from collections.abc import Iterable
from typing import Any, Literal

import pydantic
from pydantic import Field, NonNegativeInt, PositiveInt

from ..layers.plain.did_you_mean import unknown_name_message
from ..layers.plain.errors import UserError
from ..layers.plain.generation_options import MAX_TOKENS
from .data_config import DataConfig
from .objective_config import ObjectiveConfig
from .optimizer_config import OptimizerConfig
from .strict_config import StrictConfig


class TrainingConfig(StrictConfig):
    """Everything about a run but the model and the text.

    epochs, steps: how long; steps goes first when above 0.
    loss_per: "token" or "sequence", what the gradient is of; "sequence" is the loss a token times the sequence length.
    accumulation_steps: parts a replica's batch is split into. replicas: devices of "mirrored", 0 for all there are.
    jit_compile: XLA for the step; recipes of Transformers set it, LSTMs are slower under it.
    validate_every, checkpoint_every: steps; validate_every 0 is once an epoch, or
        after several where epochs are shorter than 50 steps.
    patience: validations without improvement after which training stops; 0 never.
    histogram_every: validations between two histograms of the weights in TensorBoard; 0 writes none.
    sample_prompt, sample_tokens: what is generated for TensorBoard after each validation; 0 tokens for none, 1,000,000
        at most.
    attention_prompt: text whose attention is drawn in TensorBoard after each validation, a pair with a tab between its
        texts; "" draws none.
    """

    data: DataConfig = DataConfig()
    optimizer: OptimizerConfig = OptimizerConfig()
    objective: ObjectiveConfig = ObjectiveConfig()
    epochs: PositiveInt = 10
    steps: NonNegativeInt = 0
    loss_per: Literal["token", "sequence"] = "token"
    accumulation_steps: PositiveInt = 1
    seed: int = Field(default=0, ge=0, lt=2**31)
    jit_compile: bool = False
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"] = "float32"
    strategy: Literal["one", "mirrored", "multi_worker"] = "one"
    replicas: NonNegativeInt = 0
    validate_every: NonNegativeInt = 0
    evaluation_batch_size: PositiveInt = 32
    checkpoint_every: PositiveInt = 500
    patience: NonNegativeInt = 0
    histogram_every: NonNegativeInt = 1
    sample_prompt: str = ""
    sample_tokens: int = Field(default=40, ge=0, le=MAX_TOKENS)
    attention_prompt: str = ""

    def with_settings(self, settings: dict[str, Any], *, beside: Iterable[str] = ()) -> "TrainingConfig":
        """A copy with dotted keys changed, e.g. `{"optimizer.learning_rate": 0.1}`.

        Args:
            settings: dotted key -> value.
            beside: keys that somebody else knows, for messages.

        Raises:
            UserError: an unknown key, with the nearest ones, or a value of the wrong type or range.
        """
        values, known = self.model_dump(), self.keys()
        for key, value in settings.items():
            if key not in known:
                raise UserError(
                    unknown_name_message("setting", key, [*known, *beside], hint="docs/training.md lists them")
                )
            *parts, last = key.split(".")
            place = values
            for part in parts:
                place = place[part]
            place[last] = value
        try:
            return TrainingConfig.model_validate(values)
        except pydantic.ValidationError as error:
            fault = error.errors(include_url=False)[0]
            key = ".".join(map(str, fault["loc"]))
            message = fault["msg"].replace("Input should", "must")
            raise UserError(f"--set {key}: {message}, not {fault['input']!r}") from None

    @classmethod
    def keys(cls) -> list[str]:
        """All dotted keys."""
        keys = []
        for name, field in cls.model_fields.items():
            part = field.annotation
            inner = getattr(part, "model_fields", None)
            keys += [f"{name}.{key}" for key in inner] if inner else [name]
        return keys
