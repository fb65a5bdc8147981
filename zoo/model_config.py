"""The base class of all configurations."""

import reprlib
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import pydantic
from typing_extensions import Self

from ..layers.plain.did_you_mean import unknown_name_message
from ..layers.plain.errors import UserError
from .field_types import Size
from .head_style import HeadStyle


class ModelConfig(pydantic.BaseModel):
    """The configuration of a model. Each family has one frozen subclass, which alone documents its arguments.

    Values are checked strictly: `"200"`, `200.0` and `True` are not integers, NaN is not a number, and an unknown key
    is an error. Sequences are tuples, so that a configuration can be hashed; lists, as in JSON, are converted to
    tuples.

    Constructing one with an invalid value raises `pydantic.ValidationError` (a `ValueError`); `from_dict` and
    `variant`, which take user input, raise a `UserError` of one line.

    Attributes:
        family: the name of the family, set by each subclass.
        foreign: the module that describes the published form of the family and its weights, see `ForeignFamily`;
            `".foreign"` is the one next to the class. Each class names its own; without one, nothing is imported or
            exported.
        body: what its hidden states depend on: "causal", the tokens so far; "encoder", the tokens on both sides;
            "encoder_decoder", the target tokens so far and the whole source; "latent", the tokens so far and a latent
            vector; "table", there are no hidden states; "bag", the words of a text in any order. Tasks declare which
            bodies they fit.
        fitter: how its weights are trained, see `trainers.fitting`.
        other_fitters: alternatives, for `--set fitter=NAME`.
        fields_from_text: fields that are derived from the training text.
        default_task: the task if none is given.
        default_tokenizer: the kind of tokenizer that is trained if none is given.
        has_positions: whether a model has a limited number of positions, `max_sequence_length`.
        vocabulary_size: the number of tokens, at least 1.

    Example:
        >>> class UniformConfig(ModelConfig):
        ...     family = "uniform"
        ...     def body_count(self) -> int:
        ...         return self.vocabulary_size
        >>> UniformConfig(vocabulary_size=10).variant(vocabulary_size=20).parameter_count()
        20
        >>> UniformConfig.from_dict({"vocabulary_size": 10}).to_dict()
        {'vocabulary_size': 10}
    """

    # A validator is built when its class is first used: a command that needs one family builds one.
    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True)

    family: ClassVar[str]
    foreign: ClassVar[str] = ""
    body: ClassVar[Literal["causal", "encoder", "encoder_decoder", "latent", "table", "bag"]] = "causal"
    fitter: ClassVar[str] = "gradient"
    other_fitters: ClassVar[tuple[str, ...]] = ()
    fields_from_text: ClassVar[tuple[str, ...]] = ("vocabulary_size",)
    default_task: ClassVar[str] = "causal_lm"
    default_tokenizer: ClassVar[str] = "word"
    has_positions: ClassVar[bool] = False

    vocabulary_size: Size

    @pydantic.model_validator(mode="before")
    @classmethod
    def _lists_become_tuples(cls, values: Any) -> Any:
        return {key: _frozen(value) for key, value in values.items()} if isinstance(values, dict) else values

    @abstractmethod
    def body_count(self) -> int:
        """The number of parameters of the body."""

    def head_count(self, task: str, **options: Any) -> int:
        """The number of parameters that a task adds to the body; here none for `default_task`.

        Args:
            task: a task that fits the body.
            **options: options of the task's `head_count`.
        """
        if task == self.default_task:
            return 0
        from .tasks import TASKS

        return TASKS[task].head_count(self, **options)

    def parameter_count(self, task: str | None = None, **options: Any) -> int:
        """The number of parameters of a model of this configuration, computed in plain Python without building it.

        Args:
            task: the task whose head is counted with the body; by default `default_task`.
            **options: options of the head, such as `num_classes` of a text classifier.

        Raises:
            UserError: the task does not fit the body of the family.
        """
        task = self.checked_task(task)
        return self.body_count() + self.head_count(task, **options)

    @property
    def head_style(self) -> HeadStyle:
        """The style of the heads that tasks add to the body."""
        return HeadStyle()

    @property
    def output_dim(self) -> int:
        """The width of the hidden states, D."""
        return self.hidden_dim  # type: ignore[attr-defined]

    @property
    def context_length(self) -> int | None:
        """The maximum number of tokens per text; None if there is no limit."""
        return self.max_sequence_length if self.has_positions else None  # type: ignore[attr-defined]

    def checked_task(self, task: str | None = None) -> str:
        """Checks a task and returns it, or `default_task` for None.

        Raises:
            UserError: the task is unknown or does not fit the body of the family; the message names the tasks that do.
        """
        if task is None or task == self.default_task:
            return self.default_task
        from .tasks import TASKS

        found = TASKS.find(task)
        if found is None or not found.value.fits(self):
            raise UserError(unknown_name_message(f"task of the family {self.family}:", task, self.fitting_tasks()))
        return task

    def fitting_tasks(self) -> list[str]:
        """The names of the tasks that fit the family; this imports TensorFlow."""
        from .tasks import TASKS

        return [entry.name for entry in TASKS.entries() if entry.value.fits(self)]

    def variant(self, **changes: Any) -> Self:
        """Returns a copy with some values changed, validated like a new one (`model_copy` validates nothing).

        Args:
            **changes: field=value.

        Raises:
            UserError: an unknown field or an invalid value, in one line.
        """
        return self.from_dict({**{name: getattr(self, name) for name in type(self).model_fields}, **changes})

    def for_tokenizer(self, tokenizer: Any) -> Self:
        """Returns a copy for a new model with a given `Tokenizer`; here: with its vocabulary size."""
        return self.variant(vocabulary_size=tokenizer.vocabulary_size)

    @classmethod
    def training_fields(cls) -> list[str]:
        """The fields that only affect training, such as dropout; a trained model can continue with other values."""
        return [name for name in cls.model_fields if "drop" in name]

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Creates a configuration from JSON values.

        Args:
            values: field -> value; omitted fields take their defaults.

        Raises:
            UserError: an unknown key (with the nearest known ones), a missing key, or a value of a wrong type or out of
                range; one line names all of them.
        """
        if not isinstance(values, Mapping):
            raise UserError(f"{cls.__name__}: must be an object of fields and values, got {_shown(values)}")
        try:
            return cls.model_validate(dict(values))
        except pydantic.ValidationError as error:
            faults = "; ".join(cls._fault(fault) for fault in error.errors(include_url=False))
            raise UserError(f"{cls.__name__}: {faults}") from error

    def to_dict(self) -> dict[str, Any]:
        """All fields as JSON values (tuples as lists); `from_dict` restores an equal configuration."""
        return self.model_dump(mode="json")

    @classmethod
    def _fault(cls, fault: Mapping[str, Any]) -> str:
        path = ".".join(str(step) for step in fault["loc"])
        kind, message = fault["type"], fault["msg"]
        if kind == "extra_forbidden":
            known = cls.model_fields if len(fault["loc"]) == 1 else ()  # nested keys are not available here
            return unknown_name_message("key", path, known) if known else f"unknown key {path!r}"
        if kind == "missing":
            return f"{path} is missing"
        if kind in ("value_error", "assertion_error"):  # raised by a family's own check, whose message names the value
            message = str(fault["ctx"]["error"]) if "ctx" in fault else message
            return " ".join((f"{path}: {message}" if path else message).split())
        return f"{path} {message.replace('Input should', 'must')}, got {_shown(fault['input'])}"


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, (list, tuple)) else value


def _shown(value: Any) -> str:
    return f"{reprlib.repr(value)} ({type(value).__name__})"
