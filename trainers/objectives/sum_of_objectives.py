"""A sum of several objectives."""

from collections.abc import Sequence

from ...zoo.objective import Objective


class SumOfObjectives(Objective):
    """The weighted sum of objectives that read the same batches, with all their terms and metrics.

    Args:
        objectives: two or more, whose terms and metrics have different names. None carries a state.
        factors: factor of each objective's loss, above 0; 1 for all by default.

    Each objective's own `scale` is part of its factor; rows are those of the first.

    Raises:
        ValueError: fewer than two, another number of factors, a factor that is not above 0, a duplicate name, or a
            state to carry.

    Example:
        >>> SumOfObjectives([MaskedToken(), Fluency()], factors=[1.0, 0.5]).shares
        {'masked_token': 1.0, 'fluency': 0.5}
    """

    def __init__(self, objectives: Sequence[Objective], *, factors: Sequence[float] | None = None):
        if len(objectives) < 2:
            raise ValueError(f"SumOfObjectives: objectives must be two or more, not {len(objectives)}")
        factors = [1.0] * len(objectives) if factors is None else factors
        if len(factors) != len(objectives) or not all(factor > 0 for factor in factors):
            raise ValueError(f"SumOfObjectives: factors must be {len(objectives)} numbers above 0, not {factors!r}")
        names = [name for each in objectives for name in (*each.shares, *each.metrics)]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"SumOfObjectives: two objectives have {', '.join(twice)}: their names must be different")
        if any(each.carry or each.evaluation_carry for each in objectives):
            raise ValueError("SumOfObjectives: objectives that carry a state cannot be joined")
        super().__init__(rows=objectives[0].rows, evaluation_rows=objectives[0].evaluation_rows)
        self.objectives = tuple(objectives)
        self.target = objectives[0].target
        self.shares = {
            name: factor * each.scale * share
            for each, factor in zip(objectives, factors, strict=True)
            for name, share in each.shares.items()
        }
        self.metrics = {name: best for each in objectives for name, best in each.metrics.items()}
        first = next((each for each in objectives if each.observed), objectives[0])
        self.observed, self.predicts = first.observed, first.predicts
        self.perplexity_of = next((each.perplexity_of for each in objectives if each.perplexity_of), None)

    def check(self, model):
        """See `Objective.check`."""
        for each in self.objectives:
            each.check(model)

    def prepare(self, batch, *, training):
        """See `Objective.prepare`: of one after the other."""
        for each in self.objectives:
            batch = each.prepare(batch, training=training)
        return batch

    def weights(self, batch):
        """See `Objective.weights`."""
        return {name: weights for each in self.objectives for name, weights in each.weights(batch).items()}

    def items(self, model, batch, state, *, training):
        """See `Objective.items`."""
        found = {}
        for each in self.objectives:
            found |= each.items(model, batch, state, training=training)[0]
        return found, {}
