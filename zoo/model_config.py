"""The base of every family's configuration."""

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
    """What a model is built from; one frozen subclass a family, its arguments written there and nowhere else.

    Values are checked strictly: `"200"`, `200.0` and `True` are no integers, NaN is no number, an unknown key is an
    error. Sequences are tuples, so that a configuration can be hashed; a list, as JSON has it, is turned into a tuple.

    Constructing one with a bad value raises `pydantic.ValidationError` (a `ValueError`); `from_dict` and `variant`,
    which take what a user wrote, raise `UserError` in one line.

    Attributes:
        family: name of the family, set by each subclass.
        foreign: the module that says what others call the family and its weights, see `ForeignFamily`; `".foreign"` is
            the one beside the class. Each class names its own; without one, nothing is imported or exported.
        body: what its hidden states see: "causal", only what came before; "encoder", both sides; "encoder_decoder", of
            a target what came before and all of a source; "latent", what came before and a latent vector; "table",
            nothing is hidden; "bag", of a text its words, whatever their order. Tasks say which they fit.
        fitter: how its weights are found, see `trainers.fitting`.
        other_fitters: other ways, for `--set fitter=NAME`.
        fields_from_text: fields that follow from the text that a model is trained on.
        default_task: the task that is meant where none is named.
        default_tokenizer: the kind that is trained where none is named.
        has_positions: whether a model has a position for each token of a text, `max_sequence_length` of them.
        vocabulary_size: number of tokens, at least 1.

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

    # A validator is built when its class is used for the first time: a command that asks for one family pays for one.
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
        """The number of trained numbers of the body."""

    def head_count(self, task: str, **options: Any) -> int:
        """The number of trained numbers that a task adds to the body; here none for `default_task`.

        Args:
            task: one that fits.
            **options: of the task's `head_count`.
        """
        if task == self.default_task:
            return 0
        from .tasks import TASKS

        return TASKS[task].head_count(self, **options)

    def parameter_count(self, task: str | None = None, **options: Any) -> int:
        """The number of trained numbers of a model built from this, computed in plain Python without building it.

        Args:
            task: the body is counted with this task's head; by default that of `default_task`.
            **options: of the head, such as `num_classes` of a text classifier.

        Raises:
            UserError: the task does not fit the family's body.
        """
        task = self.checked_task(task)
        return self.body_count() + self.head_count(task, **options)

    @property
    def head_style(self) -> HeadStyle:
        """How the heads are made that tasks put on the body."""
        return HeadStyle()

    @property
    def output_dim(self) -> int:
        """Width of the hidden states, D."""
        return self.hidden_dim  # type: ignore[attr-defined]

    @property
    def context_length(self) -> int | None:
        """Tokens of one text that a model reads at most; None where it reads on without end."""
        return self.max_sequence_length if self.has_positions else None  # type: ignore[attr-defined]

    def checked_task(self, task: str | None = None) -> str:
        """That task, or `default_task` for None.

        Raises:
            UserError: the task is unknown or does not fit the family's body; those that do are named.
        """
        if task is None or task == self.default_task:
            return self.default_task
        from .tasks import TASKS

        found = TASKS.find(task)
        if found is None or not found.value.fits(self):
            raise UserError(unknown_name_message(f"task of the family {self.family}:", task, self.fitting_tasks()))
        return task

    def fitting_tasks(self) -> list[str]:
        """The tasks that a model of the family can be used for, by name; this imports TensorFlow."""
        from .tasks import TASKS

        return [entry.name for entry in TASKS.entries() if entry.value.fits(self)]

    def variant(self, **changes: Any) -> Self:
        """A copy with some values changed, checked like a new one (`model_copy` checks nothing).

        Args:
            **changes: field=value.

        Raises:
            UserError: an unknown field or a bad value, in one line.
        """
        return self.from_dict({**{name: getattr(self, name) for name in type(self).model_fields}, **changes})

    def for_tokenizer(self, tokenizer: Any) -> Self:
        """A copy for a new model that reads what a `Tokenizer` gives; here: of its size."""
        return self.variant(vocabulary_size=tokenizer.vocabulary_size)

    @classmethod
    def training_fields(cls) -> list[str]:
        """The fields that act in training alone, dropout; a model with weights can be trained on with others."""
        return [name for name in cls.model_fields if "drop" in name]

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """A configuration from what JSON holds.

        Args:
            values: field -> value; fields that are left out take their defaults.

        Raises:
            UserError: an unknown key (with the nearest known ones), a missing one, a value of a wrong type or out of
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
        """Every field as JSON holds it (tuples as lists); `from_dict` gives back an equal configuration."""
        return self.model_dump(mode="json")

    @classmethod
    def _fault(cls, fault: Mapping[str, Any]) -> str:
        path = ".".join(str(step) for step in fault["loc"])
        kind, message = fault["type"], fault["msg"]
        if kind == "extra_forbidden":
            known = cls.model_fields if len(fault["loc"]) == 1 else ()  # a nested object's keys are not at hand here
            return unknown_name_message("key", path, known) if known else f"unknown key {path!r}"
        if kind == "missing":
            return f"{path} is missing"
        if kind in ("value_error", "assertion_error"):  # raised by a family's own check, which names the value itself
            message = str(fault["ctx"]["error"]) if "ctx" in fault else message
            return " ".join((f"{path}: {message}" if path else message).split())
        return f"{path} {message.replace('Input should', 'must')}, got {_shown(fault['input'])}"


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, (list, tuple)) else value


def _shown(value: Any) -> str:
    return f"{reprlib.repr(value)} ({type(value).__name__})"
