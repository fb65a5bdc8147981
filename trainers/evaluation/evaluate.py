"""Evaluation of a model on text."""

from collections.abc import Callable, Sequence

import tensorflow as tf

from ...layers.carried_state import CarriedState
from ...zoo.tasks import TextModel
from ..data.corpus import Corpus
from ..recipes import recipe_for
from ..tasks import training_class
from ..training_config import TrainingConfig
from .evaluation import Evaluation
from .gathered_rows import GatheredRows
from .metrics import check_metrics, measure


def evaluate(
    model: TextModel,
    corpus: Corpus,
    *,
    batch_size: int = 32,
    training: TrainingConfig | None = None,
    metrics: Sequence[str] = (),
    progress: Callable[[int], None] | None = None,
) -> Evaluation:
    """Evaluates a model on every token of a text, once (or on every pair's target, or the same masked tokens).

    How the text is read depends on the model, see `evaluation_source` of its task's training. The result does
    not depend on the batch size except for the rounding of single losses; they are summed in float64.

    Args:
        model: the model; its tokenizer made the corpus.
        corpus: a corpus of the model's task, with at least one token.
        batch_size: maximum number of rows read in parallel, at least 1; more are faster and take more memory.
        training: how the model was trained, which determines the arrangement of the text and the masks; None for the
            recipe of its name.
        metrics: names of metrics in addition to those of the objective, of `training` and of the task.
        progress: called with the number of tokens done, after each batch.

    Raises:
        UserError: models of the task are not evaluated by their loss; or a metric does not apply to them.
        ValueError: batch_size below 1.

    Example:
        >>> from langzoo.layers import ByteTokenizer
        >>> from langzoo.trainers.data import TokenCorpus
        >>> model = langzoo.zoo.create("lstm_tiny", tokenizer=ByteTokenizer())
        >>> _ = Path("a.txt").write_text("some text")
        >>> corpus = TokenCorpus.from_files(["a.txt"], model.tokenizer, cache="cache")
        >>> evaluate(model, corpus).tokens
        10
    """
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, not {batch_size}")
    learning = training_class(model.task)(
        training or recipe_for(model.name, model.config.family),
        config=model.config,
        tokenizer=model.need_tokenizer(),
        options=model.options,
    )
    source = learning.evaluation_source(corpus, batch_size=batch_size)
    objective = learning.objective(source=None, evaluation=source)
    objective.check(model)
    asked = [*metrics, *learning.training.metrics]
    named = [name for name in asked if name not in objective.directions()]
    check_metrics(named, objective.predicts, labels=learning.options.get("labels"))
    rows = GatheredRows(source)
    carried = CarriedState(objective.initial_state(model, training=False))

    batches = source.dataset()

    @tf.function(autograph=False, input_signature=[batches.element_spec])  # one trace for all lengths
    def sums(batch):
        batch = objective.prepare(batch, training=False)
        state = carried.read(batch["start"])
        terms, observed, state = objective.terms_and_observed(model, batch, state, training=False)
        carried.write(state)
        return {
            name: tf.stack([term.total(tf.float64), tf.reduce_sum(tf.cast(term.weights, tf.float64))])
            for name, term in terms.items()
        }, observed

    totals = dict.fromkeys((*objective.shares, *objective.metrics), tf.zeros(2, tf.float64))
    for step, batch in enumerate(batches, start=1):
        found, observed = sums(batch)
        totals = {name: totals[name] + each for name, each in found.items()}
        rows.add(step - 1, observed)
        if progress is not None:
            progress(len(corpus) * step // source.steps_per_epoch)
    means = {name: float(total) / max(int(count), 1) for name, (total, count) in totals.items()}
    figures = objective.figures(means)
    predictions = learning.predictions(rows.in_order(), corpus) if objective.observed else None
    measured = {} if predictions is None else measure(predictions, named)
    counted = objective.perplexity_of or next(iter(objective.shares))
    count = int(totals[counted][1])
    whole = learning.reports_bits_per_byte and count == len(corpus)  # Pairs that are too long are truncated.
    return Evaluation(
        tokens=count,
        loss=means[objective.perplexity_of] if objective.perplexity_of else figures["loss"],
        unknown_rate=corpus.num_unknown / max(corpus.num_tokens, 1),
        num_bytes=corpus.num_bytes if whole else None,
        item=objective.item or learning.item,
        unit=objective.unit,
        is_surprise=objective.perplexity_of is not None,
        cut_tokens=source.cut_tokens,
        cut_texts=source.cut_texts,
        metrics={**measured, **{name: value for name, value in figures.items() if name != "loss"}},
        predictions=predictions,
        skipped=getattr(corpus, "skipped", None) or None,
    )
