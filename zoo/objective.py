"""The base of training objectives. Importing this loads no TensorFlow."""

import abc
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from .objective_config import ObjectiveConfig
from .term import Term


class Objective(abc.ABC):
    """A loss that is a sum of named terms, each a mean over counted items (tokens, mostly), and can be taken in parts.

    The training step divides each term by the number of its items in the *global* batch, so that neither padding nor
    the number of replicas, workers or accumulation steps changes the result. That is why `weights` are asked for apart
    from `items`: their sum must be known before the gradient of the first part is taken.

    Args:
        rows: rows of a replica's training batch. Known rows let XLA compile the loss; several workers lose them on the
            way. None leaves them open.
        carry: whether each row of a training batch continues the row of the batch before, state included; needs `rows`.
        evaluation_rows: rows of a replica's validation batch; None leaves them open.
        evaluation_carry: whether validation carries the state; needs `evaluation_rows`.
        scale: what the loss is multiplied by before its gradient is taken; 1 for a loss per token, the sequence length
            for one per sequence, which the learning rates and clipping norms of Zaremba et al. 2014 are for. Reported
            losses are never scaled.
        **settings: fields of `Config`.

    Attributes:
        Config: the objective's settings, a subclass of `ObjectiveConfig`.
        tasks: names of the tasks whose models can learn it.
        is_default: whether those tasks learn it unless told otherwise.
        shares: name of each term -> its share in the loss, above 0.
        target: the field of a batch that is to be predicted, `y` of `fit(x, y)`; weights left out are ones.
        metrics: name of each metric, a mean beside the terms -> whether the lowest or the highest is the best.
        observed: what `items` gives beside them, with an axis of the rows of the batch first, for metrics that are no
            means: mostly "references" and "predictions". It costs a training nothing.
        predicts: what kind of predictions these are, as `Predictions` has them; "" for none.
        across_rows: whether the loss of a row depends on the other rows of the global batch, which replicas exchange
            therefore; such a batch is not taken in parts, and where there are replicas its gradients not compiled.
        unit: of the loss, per item.
        item: what the loss is counted over, where that is not what the task says.
        perplexity_of: the term that is the negative log-likelihood of a token, whose exponential is reported too.

    Raises:
        ValueError: a state is to be carried over an unknown number of rows.
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
        """Raises `UserError` where a model lacks what the objective needs; here: nothing is needed."""

    def source_class(self, default: type) -> type:
        """The class of the batches that it learns from; here: the task's own."""
        return default

    def prepare(self, batch: dict[str, Any], *, training: bool) -> dict[str, Any]:
        """Turns a batch of the dataset into a batch of the loss; here: as it is."""
        del training
        return batch

    def initial_state(self, model: Any, *, training: bool) -> dict[str, Any]:
        """The model's own initial state for the rows of this replica, or nothing where no state is carried."""
        rows, carry = (self.rows, self.carry) if training else (self.evaluation_rows, self.evaluation_carry)
        return model.initial_state(rows) if carry else {}

    def weights(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        """How much each item of a prepared batch counts, for every term and metric; here: `batch["weights"]` for all.

        Only from the batch, so that items can be counted before the model is called.
        """
        return dict.fromkeys((*self.shares, *self.metrics), batch["weights"])

    @abc.abstractmethod
    def items(
        self, model: Any, batch: Mapping[str, Any], state: Mapping[str, Any], *, training: bool
    ) -> tuple[dict[str, Any], dict]:
        """Every term's loss of every item in nats and every metric's value of it, float32, and the state afterwards.

        Args:
            model: what learns.
            batch: prepared.
            state: what `initial_state` gave, after the batches before.
            training: whether for a training step.

        Returns:
            Name -> values of the shape of `weights(batch)[name]`, what is `observed`; and the state after the batch.
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
        """What `terms` gives, and between them what is observed of the rows."""
        found, state = self.items(model, batch, state, training=training)
        weights = self.weights(batch)
        terms = {name: Term(found[name], weights[name], self.shares.get(name, 0.0)) for name in weights}
        return terms, {name: found[name] for name in self.observed}, state

    def figures(self, means: Mapping[str, Any]) -> dict[str, Any]:
        """What is reported: "loss", the sum of the terms' means by their shares, and each mean where there are several.

        Args:
            means: of every term and metric.
        """
        loss = sum(share * means[name] for name, share in self.shares.items())
        return {"loss": loss, **(means if len(means) > 1 else {})}

    @property
    def perplexity_figure(self) -> str | None:
        """The reported figure whose exponential is the perplexity; None where there is none."""
        if self.perplexity_of is None:
            return None
        return self.perplexity_of if len(self.shares) + len(self.metrics) > 1 else "loss"

    def directions(self) -> dict[str, Literal["min", "max"]]:
        """All that is reported and can be monitored -> whether the lowest or the highest is the best."""
        found: dict[str, Literal["min", "max"]] = dict.fromkeys(("loss", *self.shares), "min")
        found |= self.metrics
        reported = {*self.figures(dict.fromkeys((*self.shares, *self.metrics), 0.0))}
        found = {name: direction for name, direction in found.items() if name in reported}
        return {**found, "perplexity": "min"} if self.perplexity_of else found
