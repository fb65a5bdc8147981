"""The base class of training objectives. Importing this loads no TensorFlow."""

import abc
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from .objective_config import ObjectiveConfig
from .term import Term


class Objective(abc.ABC):
    """A training loss: a sum of named terms, each a mean over items (mostly tokens), which can be accumulated.

    The training step divides each term by the number of its items in the *global* batch, so that neither padding nor
    the number of replicas, workers or accumulation steps changes the result. That is why `weights` is separate from
    `items`: the sum of the weights must be known before the gradient of the first part is computed.

    Args:
        rows: the number of rows of a replica's training batch. A known number lets XLA compile the loss; it is lost
            with several workers. None leaves it open.
        carry: whether each row of a training batch continues the row of the batch before, state included; needs `rows`.
        evaluation_rows: the number of rows of a replica's validation batch; None leaves it open.
        evaluation_carry: whether validation carries the state; needs `evaluation_rows`.
        scale: a factor of the loss before its gradient is computed: 1 for a loss per token, the sequence length for a
            loss per sequence, as the learning rates and clipping norms of Zaremba et al. 2014 assume. Reported losses
            are never scaled.
        **settings: fields of `Config`.

    Attributes:
        Config: the objective's settings, a subclass of `ObjectiveConfig`.
        tasks: the names of the tasks that it can train.
        is_default: whether it is the default objective of these tasks.
        shares: name of each term -> its weight in the loss, above 0.
        target: the field of a batch to predict, `y` of `fit(x, y)`; omitted weights are ones.
        metrics: name of each metric, a mean in addition to the terms -> whether the lowest or the highest is the best.
        observed: further outputs of `items`, whose first axis is the batch, for metrics that are not means: mostly
            "references" and "predictions". They cost nothing in training.
        predicts: the kind of these predictions, as in `Predictions`; "" for none.
        across_rows: whether the loss of a row depends on the other rows of the global batch, which replicas therefore
            exchange; such a batch cannot be accumulated in parts, and with replicas its gradients are not compiled.
        unit: the unit of the loss, per item.
        item: the item that the loss is averaged over, if it is not that of the task.
        perplexity_of: the term that is the negative log-likelihood per token, whose exponential is reported too.

    Raises:
        ValueError: the state is to be carried with an unknown number of rows.
    """

    Config: ClassVar[type[ObjectiveConfig]] = ObjectiveConfig
    tasks: ClassVar[tuple[str, ...]] = ()
    is_default: ClassVar[bool] = False
    target: str = "targets"
    shares: Mapping[str, float]
    metrics: Mapping[str, Literal["min", "max"]] = MappingProxyType({})
    observed: tuple[str, ...] = ()
    predicts: str = ""
    across_rows: bool = False
    perplexity_of: str | None = None
    unit: str = "nats"
    item: str = ""

    def __init__(
        self,
        *,
        rows: int | None = None,
        carry: bool = False,
        evaluation_rows: int | None = None,
        evaluation_carry: bool = False,
        scale: float = 1.0,
        **settings: Any,
    ):
        for name, carries, given in (("carry", carry, rows), ("evaluation_carry", evaluation_carry, evaluation_rows)):
            if carries and not given:
                raise ValueError(f"{type(self).__name__}: {name} needs the rows of a replica's batch")
        self.rows = rows
        self.carry = carry
        self.evaluation_rows = evaluation_rows
        self.evaluation_carry = evaluation_carry
        self.scale = scale
        self.settings: Any = self.Config(**settings)

    def check(self, model: Any) -> None:  # noqa: B027
        """Raises a `UserError` if a model lacks what the objective needs; here: nothing is needed."""

    def source_class(self, default: type) -> type:
        """The class of the source of batches; here: the task's own."""
        return default

    def prepare(self, batch: dict[str, Any], *, training: bool) -> dict[str, Any]:
        """Turns a batch of the dataset into a batch of the loss; here: as it is."""
        del training
        return batch

    def initial_state(self, model: Any, *, training: bool) -> dict[str, Any]:
        """The model's initial state for the rows of this replica, or an empty state if none is carried."""
        rows, carry = (self.rows, self.carry) if training else (self.evaluation_rows, self.evaluation_carry)
        return model.initial_state(rows) if carry else {}

    def weights(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        """The weight of each item of a prepared batch, for every term and metric; here: `batch["weights"]` for all.

        Computed from the batch alone, so that items can be counted before the model is called.
        """
        return dict.fromkeys((*self.shares, *self.metrics), batch["weights"])

    @abc.abstractmethod
    def items(
        self, model: Any, batch: Mapping[str, Any], state: Mapping[str, Any], *, training: bool
    ) -> tuple[dict[str, Any], dict]:
        """Computes every term's loss (in nats) and every metric's value per item, float32, and the state afterwards.

        Args:
            model: the model.
            batch: a prepared batch.
            state: the result of `initial_state`, after the batches so far.
            training: whether this is a training step.

        Returns:
            Name -> values of the shape of `weights(batch)[name]`, and the `observed` outputs; and the state after the
            batch.
        """

    def terms(
        self, model: Any, batch: Mapping[str, Any], state: Mapping[str, Any], *, training: bool
    ) -> tuple[dict[str, Term], dict]:
        """The terms, and the metrics as terms of scale 0, of a prepared batch; and the state after the batch."""
        terms, _, state = self.terms_and_observed(model, batch, state, training=training)
        return terms, state

    def terms_and_observed(
        self, model: Any, batch: Mapping[str, Any], state: Mapping[str, Any], *, training: bool
    ) -> tuple[dict[str, Term], dict[str, Any], dict]:
        """The result of `terms`, with the observed outputs in between."""
        found, state = self.items(model, batch, state, training=training)
        weights = self.weights(batch)
        terms = {name: Term(found[name], weights[name], self.shares.get(name, 0.0)) for name in weights}
        return terms, {name: found[name] for name in self.observed}, state

    def figures(self, means: Mapping[str, Any]) -> dict[str, Any]:
        """The reported figures: "loss", the weighted sum of the terms' means, and each mean if there are several.

        Args:
            means: the mean of every term and metric.
        """
        loss = sum(share * means[name] for name, share in self.shares.items())
        return {"loss": loss, **(means if len(means) > 1 else {})}

    @property
    def perplexity_figure(self) -> str | None:
        """The name of the figure whose exponential is the perplexity; None if there is none."""
        if self.perplexity_of is None:
            return None
        return self.perplexity_of if len(self.shares) + len(self.metrics) > 1 else "loss"

    def directions(self) -> dict[str, Literal["min", "max"]]:
        """Name of each figure that can be monitored -> whether the lowest or the highest is the best."""
        found: dict[str, Literal["min", "max"]] = dict.fromkeys(("loss", *self.shares), "min")
        found |= self.metrics
        reported = {*self.figures(dict.fromkeys((*self.shares, *self.metrics), 0.0))}
        found = {name: direction for name, direction in found.items() if name in reported}
        return {**found, "perplexity": "min"} if self.perplexity_of else found
