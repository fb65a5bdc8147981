"""How a model is trained. Importing this loads no TensorFlow."""

from typing import Any, Literal

import pydantic
from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt

from ..layers.did_you_mean import unknown_name_message
from ..layers.errors import UserError


class _Part(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class DataPart(_Part):
    """How text becomes batches.

    arrangement: "stream" (parallel streams with carried state), "blocks" (packed, shuffled), "lines" (one a row, padded).
    batch_size: rows over all replicas. sequence_length: tokens a row. shuffle: of blocks and lines.
    """

    arrangement: Literal["stream", "blocks", "lines"] = "stream"
    batch_size: PositiveInt = 20
    sequence_length: PositiveInt = 35
    shuffle: bool = True


class OptimizerPart(_Part):
    """The optimizer and its learning rate; see `LearningRate` for the schedules. 0 switches clip_norm off.

    decay_after and decay_every are in epochs, warmup_steps in steps.
    """

    name: Literal["sgd", "adam", "adamw"] = "adam"
    learning_rate: PositiveFloat = 2e-3
    momentum: NonNegativeFloat = 0.0
    beta_1: float = Field(0.9, ge=0, lt=1)
    beta_2: float = Field(0.999, ge=0, lt=1)
    epsilon: PositiveFloat = 1e-8
    weight_decay: NonNegativeFloat = 0.0
    clip_norm: NonNegativeFloat = 1.0
    schedule: Literal["constant", "step", "linear", "cosine", "inverse_sqrt"] = "constant"
    warmup_steps: NonNegativeInt = 0
    final_fraction: float = Field(0.0, ge=0, le=1)
    decay_rate: PositiveFloat = 1.0
    decay_after: NonNegativeInt = 0
    decay_every: PositiveInt = 1


class TrainingConfig(_Part):
    """Everything about a run but the model and the text.

    epochs, steps: how long; steps goes first when above 0.
    loss_per: "token" or "sequence", what the gradient is of; "sequence" is the loss a token times the sequence length.
    accumulation_steps: parts a replica's batch is split into. replicas: devices of "mirrored", 0 for all there are.
    validate_every, checkpoint_every: steps; validate_every 0 is once an epoch.
    patience: validations without improvement after which training stops; 0 never.
    histogram_every: validations between two histograms of the weights in TensorBoard; 0 writes none.
    sample_prompt, sample_tokens: what is generated for TensorBoard after each validation; 0 tokens for none.
    """

    data: DataPart = DataPart()
    optimizer: OptimizerPart = OptimizerPart()
    epochs: PositiveInt = 10
    steps: NonNegativeInt = 0
    loss_per: Literal["token", "sequence"] = "token"
    accumulation_steps: PositiveInt = 1
    seed: NonNegativeInt = 0
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"] = "float32"
    strategy: Literal["one", "mirrored", "multi_worker"] = "one"
    replicas: NonNegativeInt = 0
    validate_every: NonNegativeInt = 0
    evaluation_batch_size: PositiveInt = 32
    checkpoint_every: PositiveInt = 500
    patience: NonNegativeInt = 0
    histogram_every: NonNegativeInt = 1
    sample_prompt: str = ""
    sample_tokens: NonNegativeInt = 40

    def with_settings(self, settings: dict[str, Any]) -> "TrainingConfig":
        """A copy with dotted keys changed, e.g. `{"optimizer.learning_rate": 0.1}`.

        Raises:
            UserError: an unknown key, with the nearest ones, or a value of the wrong type or range.
        """
        values, known = self.model_dump(), self.keys()
        for key, value in settings.items():
            if key not in known:
                raise UserError(unknown_name_message("setting", key, known))
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
