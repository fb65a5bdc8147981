"""The settings of a training. Importing this loads no TensorFlow."""

from collections.abc import Iterable
from typing import Any, Literal

import pydantic
from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveInt

from ..layers.plain.did_you_mean import unknown_name_message
from ..layers.plain.errors import UserError
from ..layers.plain.generation_options import MAX_TOKENS
from ..layers.plain.parse_size import parse_size
from ..zoo.objective_config import ObjectiveConfig
from .data_config import DataConfig
from .evaluation.metrics import check_metrics, directions_of
from .objectives import OBJECTIVES, default_objective, objective_for
from .optimizer_config import OptimizerConfig
from .strict_config import StrictConfig
from .task_config import ObjectiveSettings, TaskConfig

LEAST_MEMORY = 10**7

MEAN = "mean"
"""The figure of several tasks: the mean of what each of them alone would be monitored by."""


class TrainingConfig(StrictConfig):
    """All settings of a run except for the model and the text.

    epochs, steps: how long to train; steps takes precedence if above 0.
    loss_per: "token" or "sequence", the loss to differentiate; "sequence" is the loss per token times the sequence
        length.
    accumulation_steps: number of parts that a replica's batch is split into. replicas: devices of "mirrored", 0 for
        all.
    jit_compile: XLA for the step; recipes of Transformers set it, LSTMs are slower with it.
    validate_every, checkpoint_every: interval in steps; validate_every 0 means once per epoch, or
        once in several epochs if these are shorter than 50 steps.
    objective: the training objective, by name, and its own settings; "" is the default of the task.
    monitor: the metric that selects the best weights and that patience refers to: "loss", or another that the objective
        reports. monitor_direction: whether the lowest or the highest is the best; "auto" chooses by the metric.
    fitter: method of fitting weights, for models that have several (hmm: "baum_welch", "gradient"); "" is the usual
        one.
    tolerance: for expectation-maximisation (hmm): it ends when an iteration gains less, in nats per token.
    freeze: weights that are not trained: patterns of their paths, separated by commas, such as "backbone/*" or
        "*embedding*,backbone/block_0/*".
    metrics: metrics that validations and evaluations compute from all predictions (langzoo list --kind metric), in
        addition to the objective's own; they can be monitored.
    patience: number of validations without improvement after which training stops; 0 for never.
    histogram_every: number of validations between two histograms of the weights in TensorBoard; 0 writes none.
    sample_prompt, sample_tokens: prompt and number of tokens of the text generated for TensorBoard after each
        validation; 0 tokens for none, 1,000,000 at most.
    watch: file with sentences, one per line, for which TensorBoard shows the model's output after each validation: for
        masked models the likeliest words for their mask tokens, for others the continuation; "" for none.
    attention_prompt: text whose attention is drawn in TensorBoard after each validation, or a pair separated by a tab;
        "" for none.
    tasks: name -> settings of each of several tasks on one body; none if there is only one.
    memory: memory that models that count n-grams may use, such as "500MB" or "4GB", in addition to the program itself;
        what does not fit is counted on disk, in the run's cache.
    task_alpha: for several tasks: each is chosen in proportion to its number of batches to this power; 1 reads every
        example once per epoch, 0 gives all tasks the same number of batches.
    """

    data: DataConfig = DataConfig()
    optimizer: OptimizerConfig = OptimizerConfig()
    objective: ObjectiveSettings = ObjectiveConfig()
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
    monitor: str = "loss"
    monitor_direction: Literal["auto", "min", "max"] = "auto"
    fitter: str = ""
    tolerance: NonNegativeFloat = 1e-4
    freeze: str = ""
    metrics: list[str] = Field(default_factory=list)
    patience: NonNegativeInt = 0
    histogram_every: NonNegativeInt = 1
    sample_prompt: str = ""
    sample_tokens: int = Field(default=40, ge=0, le=MAX_TOKENS)
    watch: str = ""
    attention_prompt: str = ""
    memory: str = "2GB"
    tasks: dict[str, TaskConfig] = Field(default_factory=dict)
    task_alpha: float = Field(default=1.0, ge=0, le=1)

    @pydantic.field_validator("memory")
    @classmethod
    def _is_a_size(cls, value: str) -> str:
        if parse_size(value) < LEAST_MEMORY:
            raise ValueError(f"must be at least 10MB, which counting needs, not {value!r}")
        return value

    def with_settings(self, settings: dict[str, Any], *, beside: Iterable[str] = ()) -> "TrainingConfig":
        """Returns a copy with dotted keys changed, e.g. `{"optimizer.learning_rate": 0.1}`.

        Args:
            settings: dotted key -> value.
            beside: keys that are known elsewhere, for messages.

        Raises:
            UserError: an unknown key, with the nearest ones, or a value of the wrong type or out of range.
        """
        name = settings.get("objective.name", self.objective.name)
        start = self if name == self.objective.name else self._with_objective(name)
        values, known = start.model_dump(), start.keys()
        for key, value in settings.items():
            if key not in known:
                if key.startswith("objective.") and start.objective.name:
                    has = ", ".join(each for each in known if each.startswith("objective."))
                    raise UserError(
                        f"--set {key}: the objective {start.objective.name} has no such setting, only {has}"
                    )
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
            if fault["type"] == "value_error":  # an unknown name
                raise UserError(f"--set {key}: {fault.get('ctx', {}).get('error')}") from None
            message = fault["msg"].replace("Input should", "must")
            raise UserError(f"--set {key}: {message}, not {fault['input']!r}") from None

    def for_task(self, task: str) -> "TrainingConfig":
        """Returns a copy with an objective of the task: the default if none is set or it is of another task."""
        training, name = self, self.objective.name
        if not name or task not in OBJECTIVES[name].tasks:
            name = default_objective(task)
            if name is None:  # its training sets the objective
                return self.model_copy(update={"objective": ObjectiveConfig()})
            training = self._with_objective(name)
        return training

    def checked_for(self, task: str) -> "TrainingConfig":
        """Returns a copy whose objective and monitor are settled.

        Raises:
            UserError: the objective does not belong to the task; neither it nor a metric reports what is monitored; or
                a metric does not fit its predictions; those that fit are named.
        """
        name = self.objective.name
        if self.tasks:
            directions = self._directions_of_tasks()
            what = "none of the tasks reports it"
        elif name:
            kind = objective_for(name, task)
            own = kind(**self.objective.model_dump()).directions()
            directions = {**own, **directions_of(kind.predicts), **own}
            check_metrics([each for each in self.metrics if each not in own], kind.predicts)
            what = f"the objective {name} does not report it"
        else:
            return self
        if self.monitor not in directions:
            raise UserError(f"--set monitor={self.monitor}: {what}; use {', '.join(directions)}")
        direction = self.monitor_direction if self.monitor_direction != "auto" else directions[self.monitor]
        return self.model_copy(update={"monitor_direction": direction})

    def of_task(self, name: str) -> "TrainingConfig":
        """Settings of one of several tasks: those of all tasks, except for its own."""
        own = self.tasks[name]
        values = {field: getattr(own, field) for field in type(own).model_fields if field in type(self).model_fields}
        return self.model_copy(update={**values, "tasks": {}})

    @property
    def figures_of_tasks(self) -> dict[str, str]:
        """For several tasks, what each alone would be monitored by -> "min" or "max"."""
        return {f"{name}.{own.monitor}": own.monitor_direction for name, own in self.tasks.items()}

    @property
    def mean_direction(self) -> str | None:
        """The direction of `MEAN`; None if low is best for some tasks and high for others, or there are none."""
        found = {*self.figures_of_tasks.values()}
        return found.pop() if len(found) == 1 else None

    def _directions_of_tasks(self) -> dict[str, Any]:
        found: dict[str, Any] = {"loss": "min"}
        found |= {} if self.mean_direction is None else {MEAN: self.mean_direction}
        for name, own in self.tasks.items():
            kind = objective_for(own.objective.name, own.task)
            figures = kind(**own.objective.model_dump()).directions()
            measured = directions_of(kind.predicts)
            figures |= {each: measured[each] for each in (*own.metrics, own.monitor) if each in measured}
            found |= {f"{name}.{each}": best for each, best in figures.items() if each != "perplexity"}
        return found

    def _with_objective(self, name: str) -> "TrainingConfig":
        return self.model_copy(update={"objective": OBJECTIVES[name].Config(name=name)})

    def keys(self) -> list[str]:
        """All dotted keys; those of `objective` belong to the chosen one."""
        keys = []
        for name in (each for each in type(self).model_fields if each != "tasks"):
            part = getattr(self, name)
            keys += (
                [f"{name}.{key}" for key in type(part).model_fields] if isinstance(part, pydantic.BaseModel) else [name]
            )
        return keys
