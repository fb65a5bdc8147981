"""Perplexity of a model on a text."""

from collections.abc import Callable

import tensorflow as tf

from ...layers.carried_state import CarriedState
from ...zoo.tasks import CausalLM
from ..data import TokenCorpus, evaluation_source
from ..data.segment_source import SEGMENT_TOKENS
from .evaluation import Evaluation


def evaluate(
    model: CausalLM,
    corpus: TokenCorpus,
    *,
    batch_size: int = 32,
    arrangement: str = "stream",
    progress: Callable[[int], None] | None = None,
) -> Evaluation:
    """How well a model predicts a text, every token of it once.

    The text is read in segments that start from an empty state and carry it from chunk to chunk; `SegmentSource` says
    how. The result does not depend on the batch size but for the rounding of
    single losses; they are summed in float64.

    Args:
        model: what predicts; its tokenizer made the corpus.
        corpus: the text, at least one token of it.
        batch_size: segments read side by side, at least 1; more are faster and take more memory.
        arrangement: "lines" starts every line anew, as a model that was trained on lines expects it.
        progress: called with the number of tokens done, after each batch.

    Raises:
        ValueError: batch_size below 1.

    Example:
        >>> from langzoo.layers import ByteTokenizer
        >>> model = langzoo.zoo.create("lstm_tiny", tokenizer=ByteTokenizer())
        >>> _ = Path("a.txt").write_text("some text")
        >>> corpus = TokenCorpus.from_files(["a.txt"], model.tokenizer, cache="cache")
        >>> evaluate(model, corpus).tokens
        10
    """
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, not {batch_size}")
    source = evaluation_source(corpus, batch_size=batch_size, arrangement=arrangement)
    carried = CarriedState(model.initial_state(source.batch_size, SEGMENT_TOKENS))

    @tf.function
    def loss_sum(batch):
        losses, state = model.negative_log_likelihood(
            {"token_ids": batch["token_ids"]}, batch["targets"], state=carried.read(batch["start"]), training=False
        )
        carried.write(state)
        # Chosen and not multiplied by 0: what stands on padding may be infinite.
        counted = tf.where(batch["weights"] > 0, losses, tf.zeros_like(losses))
        return tf.reduce_sum(tf.cast(counted, tf.float64))

    total = tf.zeros((), tf.float64)
    for step, batch in enumerate(source.dataset(), start=1):
        total += loss_sum(batch)
        if progress is not None:
            progress(len(corpus) * step // source.steps_per_epoch)
    return Evaluation(
        tokens=len(corpus),
        loss=float(total) / len(corpus),
        unknown_rate=corpus.num_unknown / len(corpus),
        num_bytes=corpus.num_bytes,
    )
