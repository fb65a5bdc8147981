"""The loss of every token of a text, in order."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import tensorflow as tf

from ...layers.carried_state import CarriedState
from ...zoo.tasks import CausalLM
from ..data import TokenCorpus
from ..tasks import training_class
from ..training_config import TrainingConfig

CHUNK_TOKENS = 1 << 20


def token_losses(
    model: CausalLM,
    corpus: TokenCorpus,
    *,
    training: TrainingConfig,
    folder: Path,
    batch_size: int = 32,
    progress: Callable[[int], None] | None = None,
) -> np.ndarray:
    """-log p of every token, as in `evaluate`, float32 (N,); NaN for tokens that are never targets.

    Args:
        model: the model.
        corpus: a corpus of its tokenizer.
        training: how the model was trained, which determines the arrangement of the text.
        folder: folder for the array, which is mapped from a file: no memory grows with the text.
        batch_size: maximum number of rows read in parallel.
        progress: called with the number of tokens done, after each batch.
    """
    learning = training_class(model.task)(training, config=model.config, tokenizer=model.need_tokenizer())
    source = learning.evaluation_source(corpus, batch_size=batch_size)
    places = np.lib.format.open_memmap(folder / "places.npy", "w+", np.int32, (len(corpus),))
    losses = np.lib.format.open_memmap(folder / "losses.npy", "w+", np.float32, (len(corpus),))
    for start in range(0, len(corpus), CHUNK_TOKENS):
        stop = min(start + CHUNK_TOKENS, len(corpus))
        places[start:stop], losses[start:stop] = np.arange(start, stop), np.nan
    # The same batches of a text whose tokens are their own indices.
    twin = learning.evaluation_source(dataclasses.replace(corpus, tokens=places), batch_size=batch_size)
    carried = CarriedState(model.initial_state(source.batch_size) if source.carries_state else {})
    batches = source.dataset()

    @tf.function(autograph=False, input_signature=[batches.element_spec])  # one trace for all lengths
    def found(batch):
        documents = {"document_ids": batch["document_ids"]} if "document_ids" in batch else {}
        state = carried.read(batch["start"]) or None
        inputs = {"token_ids": batch["token_ids"], **documents}
        each, state = model.negative_log_likelihood(inputs, batch["targets"], state=state)
        carried.write(state)
        return each

    for step, batch in enumerate(batches):
        rows = twin.rows(step, 0, twin.batch_size)
        counted = rows["weights"] > 0
        losses[rows["targets"][counted]] = found(batch).numpy()[counted]
        if progress is not None:
            progress(len(corpus) * (step + 1) // source.steps_per_epoch)
    return losses
