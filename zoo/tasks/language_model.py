"""The base class of all models: a Keras model whose `fit` is correct under every strategy of tf.distribute."""

import functools
import operator
from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from ...layers.carried_state import CarriedState
from ...layers.plain.errors import UserError
from ..objective import Objective
from .gradient_norms import GradientNorms


class LanguageModel(keras.Model):
    """A Keras model that learns an `Objective` with `model.fit`.

    What differs from `keras.Model`:

    - Each term of the loss is divided by the number of its items in the global batch, and gradients are summed before
      they are clipped, so one device, several replicas and several workers take the same step, even with uneven
      padding.
    - `accumulation_steps` splits each batch and takes one optimizer step; parts run one after another, to save memory.
    - Models with a state (LSTMs over a stream) carry it from batch to batch.
    - `fit` works under `MultiWorkerMirroredStrategy`, which stock Keras 3 does not (keras #20585).

    Every subclass is fully built when its constructor returns.
    """

    def compile(
        self,
        optimizer: Any = "adam",
        loss: Objective | None = None,
        *,
        objective: Objective | None = None,
        accumulation_steps: int = 1,
        jit_compile: bool = False,
        **kwargs: Any,
    ) -> None:
        """Prepares for training.

        Args:
            optimizer: a Keras optimizer; `global_clipnorm` sees the gradient of the whole batch.
            loss: the same as `objective`, under Keras's name; not a loss of Keras.
            objective: an `Objective`, which contains the loss and the metrics; `langzoo.trainers` has one for each
                task.
            accumulation_steps: the number of parts that each replica's share of a batch is split into, at least 1.
            jit_compile: XLA for the step, or only for the loss and gradients if replicas exchange gradients, which a
                compiled step cannot do. Recommended for Transformers; LSTMs are slower with it: cuDNN's kernels cannot
                be compiled, and a loop takes their place.
            **kwargs: `run_eagerly`, `steps_per_execution`.

        Raises:
            UserError: there is no objective; `metrics` or a loss of Keras is given, which an objective replaces; the
                objective is not for this model; or a batch whose rows are compared with one another is to be
                accumulated in parts.
            ValueError: accumulation_steps is less than 1.

        Example:
            >>> from langzoo.trainers import NextToken
            >>> model.compile("adam", objective=NextToken())
        """
        if objective is None:
            objective = loss
        for name in ("loss_weights", "metrics", "weighted_metrics"):
            if kwargs.pop(name, None):
                raise UserError(f"compile: {name} are part of the objective here (`Objective.metrics`): leave them out")
        if not isinstance(objective, Objective):
            raise UserError(
                f"compile: objective must be an Objective, not {objective!r}: one of langzoo.trainers, such as "
                "NextToken() for a causal_lm, which handles padding and replicas, unlike a loss of Keras"
            )
        if accumulation_steps < 1:
            raise ValueError(f"compile: accumulation_steps must be at least 1, not {accumulation_steps}")
        if accumulation_steps > 1 and objective.across_rows:
            raise UserError(
                f"accumulation_steps must be 1, not {accumulation_steps}: the loss of the objective "
                f"{objective.settings.name or type(objective).__name__} compares all rows of a batch, which cannot be "
                "taken in parts; take a smaller data.batch_size"
            )
        objective.check(self)
        if jit_compile:
            # XLA cannot compile cuDNN's kernels. Private: Keras has no other list of all layers.
            for layer in self._flatten_layers():
                if hasattr(layer, "use_cudnn"):
                    layer.use_cudnn = False
        alone = self.distribute_strategy.num_replicas_in_sync == 1
        super().compile(optimizer=optimizer, jit_compile=jit_compile and alone, **kwargs)
        apart = not alone and not objective.across_rows
        self._compiles_gradients = jit_compile and apart and not kwargs.get("run_eagerly")
        self.objective = objective
        self.accumulation_steps = accumulation_steps
        with self.distribute_strategy.scope():
            # float64: in float32, a sum over millions of tokens loses the sixth digit.
            self._means = {
                name: keras.metrics.Mean(name=name, dtype="float64") for name in (*objective.shares, *objective.metrics)
            }
            self.optimizer.build(self.trainable_variables)
            names = {id(weight): name for name, weight in self.named_weights().items()}
            self.gradient_norms = GradientNorms([names[id(weight)] for weight in self.trainable_variables])
            self.train_state = CarriedState(objective.initial_state(self, training=True))
            self.test_state = CarriedState(objective.initial_state(self, training=False))
        # A LossScaleOptimizer passes the gradients to its inner optimizer.
        for each in (self.optimizer, getattr(self.optimizer, "inner_optimizer", None)):
            if hasattr(each, "_all_reduce_sum_gradients"):
                # Private: Keras would sum over replicas again what train_step has already summed before clipping.
                each._all_reduce_sum_gradients = lambda grads_and_vars: grads_and_vars

    def fit(self, x: Any = None, y: Any = None, *args: Any, **kwargs: Any) -> keras.callbacks.History:
        """Trains the model like `keras.Model.fit`, on batches as the objective reads them.

        A batch is a dict with the objective's fields: `token_ids` and `targets` for `NextToken`. The batches of `fit(x,
        y, sample_weight=...)` are converted: `x` is a dict or token ids alone, `y` the values to predict, and
        `sample_weight` the `weights` of the items. A batch without weights counts all of its items. A dataset keeps its
        own order; arrays are shuffled unless `shuffle=False`.

        Raises:
            UserError: a field that the objective reads is missing, or is text instead of ids.
        """
        if isinstance(x, tf.data.Dataset | tf.distribute.DistributedDataset):
            kwargs.setdefault("shuffle", False)  # Keras warns about its own default
        return super().fit(x, y, *args, **kwargs)

    def get_compile_config(self) -> None:
        """Empty: an objective belongs to a run, so a model from a `.keras` file must be compiled before training."""
        return None

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """The means of all terms and metrics; `get_metrics_result` derives the reported figures from them."""
        return [*self._means.values()] if self.compiled else []

    def get_metrics_result(self) -> dict[str, Any]:
        """The figures of the objective over all batches since the metrics were reset."""
        return self.objective.figures({name: mean.result() for name, mean in self._means.items()})

    @property
    def parts(self) -> dict[str, "LanguageModel"]:
        """The models that this one consists of, by name; here: none."""
        return {}

    def named_weights(self) -> dict[Any, Any]:
        """Every weight by a name that is the same in every process: its path, after the name of its part.

        Raises:
            ValueError: two weights have the same name, so that only one of them would be kept.
        """
        inside = {id(weight): f"{name}/{weight.path}" for name, part in self.parts.items() for weight in part.weights}
        named = {inside.get(id(weight), weight.path): weight for weight in self.weights}
        if len(named) < len(self.weights):
            raise ValueError(f"{self.name}: two weights have one name; a model that owns others names them in `parts`")
        return named

    def _maybe_symbolic_build(self, iterator: Any = None, data_batch: Any = None) -> None:
        """Private hook of Keras, which would consume a batch and fail on several workers; nothing is left to build."""

    def train_step(self, data: Any) -> dict[str, Any]:
        """Takes one optimizer step on this replica's share of a batch."""
        batch = self._prepared(data, training=True)
        counts = self._counts(batch)
        context = tf.distribute.get_replica_context()
        items = context.all_reduce(tf.distribute.ReduceOp.SUM, {name: counts[name] for name in self.objective.shares})
        scales = {
            name: self.objective.scale * share / tf.maximum(items[name], 1.0)
            for name, share in self.objective.shares.items()
        }
        differentiate = self._accumulated_gradients
        if self._compiles_gradients:
            differentiate = tf.function(differentiate, jit_compile=True, autograph=False)
        gradients, sums = differentiate(batch, scales)
        gradients = context.all_reduce(tf.distribute.ReduceOp.SUM, gradients)
        self.gradient_norms.write(gradients, scale=getattr(self.optimizer, "dynamic_scale", 1.0))
        self.optimizer.apply(gradients, self.trainable_variables)
        return self._report(sums, counts)

    def test_step(self, data: Any) -> dict[str, Any]:
        """Adds this replica's share of a batch to the means."""
        batch = self._prepared(data, training=False)
        state = self.test_state.read(batch.get("start"))
        terms, state = self.objective.terms(self, batch, state, training=False)
        self.test_state.write(state)
        return self._report({name: term.total() for name, term in terms.items()}, self._counts(batch))

    def _prepared(self, data: Any, *, training: bool) -> dict[str, tf.Tensor]:
        """The objective's batch, with its known number of rows, which is lost with several workers."""
        rows = self.objective.rows if training else self.objective.evaluation_rows
        data = self._batch(data)
        data = _Batch({name: tf.ensure_shape(value, (rows, *value.shape[1:])) for name, value in data.items()})
        return self.objective.prepare(data, training=training)

    def _batch(self, data: Any) -> dict[str, tf.Tensor]:
        """The data from Keras, a batch or (x, y, sample_weight), as a batch with weights."""
        x, y, weights = keras.utils.unpack_x_y_sample_weight(data)
        target = self.objective.target
        batch = dict(x) if isinstance(x, Mapping) else {"token_ids": x}
        batch |= {} if y is None else dict(y) if isinstance(y, Mapping) else {target: y}
        batch |= {} if weights is None else {"weights": weights}
        batch = {name: tf.convert_to_tensor(value) for name, value in batch.items()}
        if text := [name for name, value in batch.items() if value.dtype == tf.string]:
            raise UserError(
                f"fit: {', '.join(text)} must be numbers, not text: take the ids of model.tokenizer, or "
                "langzoo.trainers.train, which reads text"
            )
        # NumPy's integers have 64 bits.
        batch = {name: tf.cast(v, tf.int32) if v.dtype == tf.int64 else v for name, v in batch.items()}
        if "weights" in batch:
            batch["weights"] = tf.cast(batch["weights"], tf.float32)
        else:
            batch["weights"] = tf.ones_like(_Batch(batch)[target], tf.float32)
        return batch

    def _counts(self, batch: Mapping[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        """The sum of the weights of this replica's items: a float32 scalar for every term and metric."""
        return {name: tf.reduce_sum(weights) for name, weights in self.objective.weights(batch).items()}

    def _accumulated_gradients(self, batch, scales):
        """Gradients of the sum of scale · term, and the sum of each term and metric, over all parts of the batch."""
        state = self.train_state.read(batch.get("start"))
        if self.accumulation_steps == 1:
            gradients, sums, state = self._gradients(batch, state, scales)
        else:
            parts, states = self._split(batch), self._split(state)

            def body(i, gradients, sums, written):
                part, state = (tf.nest.map_structure(lambda x: x[i], tree) for tree in (parts, states))
                more, more_sums, state = self._gradients(part, state, scales)
                written = {name: array.write(i, state[name]) for name, array in written.items()}
                sums = {name: total + more_sums[name] for name, total in sums.items()}
                return i + 1, [a + b for a, b in zip(gradients, more, strict=True)], sums, written

            start = (
                tf.constant(0),
                [tf.zeros(v.shape, v.dtype) for v in self.trainable_variables],
                {name: tf.constant(0.0) for name in self._means},
                {name: tf.TensorArray(x.dtype, self.accumulation_steps) for name, x in states.items()},
            )
            # One part after the other: in parallel they would need the memory of the whole batch again.
            _, gradients, sums, written = tf.while_loop(
                lambda i, *_: i < self.accumulation_steps, body, start, parallel_iterations=1
            )
            state = {name: tf.reshape(written[name].stack(), tf.shape(state[name])) for name in state}
        self.train_state.write(state)
        return gradients, sums

    def _gradients(self, batch, state, scales, objective=None):
        with tf.GradientTape() as tape:
            terms, state = (objective or self.objective).terms(self, batch, state, training=True)
            sums = {name: term.total() for name, term in terms.items()}
            loss = self.optimizer.scale_loss(
                functools.reduce(operator.add, (sums[name] * scales[name] for name in scales))
            )
        variables = [v.value for v in self.trainable_variables]
        gradients = tape.gradient(loss, variables, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        return [tf.convert_to_tensor(gradient) for gradient in gradients], sums, state

    def _split(self, tree: Any) -> Any:
        """(B, ...) -> (k, B / k, ...) for every tensor."""
        k = self.accumulation_steps

        def split(x):
            rows = x.shape[0]
            if rows is not None and rows % k:
                raise ValueError(f"accumulation_steps={k} does not divide the {rows} rows of a replica's batch")
            sizes = tf.shape(x)
            rest = [sizes[axis] if size is None else size for axis, size in enumerate(x.shape)][1:]  # buckets differ
            return tf.reshape(x, (k, sizes[0] // k if rows is None else rows // k, *rest))

        return tf.nest.map_structure(split, tree)

    def _report(self, sums: Mapping[str, tf.Tensor], counts: Mapping[str, tf.Tensor]) -> dict[str, Any]:
        for name, metric in self._means.items():
            mean = tf.math.divide_no_nan(sums[name], counts[name])
            metric.update_state(tf.where(counts[name] > 0, mean, 0.0), sample_weight=counts[name])
        figures: dict[str, Any] = self.get_metrics_result()
        # Several workers reduce over the first axis, which a scalar does not have (tensorflow #72388).
        multi_worker = isinstance(self.distribute_strategy, tf.distribute.MultiWorkerMirroredStrategy)
        return {name: value[tf.newaxis] if multi_worker else value for name, value in figures.items()}


class _Batch(dict):
    """A batch that raises a clear error for a missing field."""

    def __missing__(self, name):
        raise UserError(
            f"fit: the batch has no {name!r}, which the objective reads; it has {', '.join(map(repr, self))}: give "
            f"{name!r} in the dict of the batch, or as y=, the value to predict"
        )
