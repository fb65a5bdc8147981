"""Evaluation of an exported model on text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ...layers.text import Tokenizer
from ...zoo.model_config import ModelConfig
from ...zoo.registry import config_class
from ..data import SegmentSource, TokenCorpus
from ..data.segment_source import SEGMENT_TOKENS
from ..recipes import recipe_for
from ..tasks import training_class
from ..tasks.task_training import rows_in_memory
from ..training_config import TrainingConfig
from .evaluation import Evaluation

ARRANGEMENTS = ("stream", "blocks", "lines")


class _Export(Protocol):
    """An `ExportedModel` or a `LiteModel` of a causal model."""

    manifest: Mapping[str, Any]

    def token_losses(self, token_ids: np.ndarray, targets: np.ndarray, lengths: Sequence[int]) -> np.ndarray:
        """-log p of each target (B, T)."""
        ...


@dataclass(frozen=True)
class _Bounds:
    """The bounds that an arrangement of text needs from a configuration."""

    context_length: int | None
    vocabulary_size: int


def training_of_export(manifest: Mapping[str, Any]) -> TrainingConfig:
    """The settings of the training of an export that an evaluation needs: how its text is arranged."""
    training = recipe_for(str(manifest["name"]), str(manifest["family"]))
    settings = manifest.get("evaluation")
    arrangement = settings.get("arrangement") if isinstance(settings, dict) else None
    if arrangement not in ARRANGEMENTS:
        return training
    return training.model_copy(update={"data": training.data.model_copy(update={"arrangement": arrangement})})


def remark_on_context(manifest: Mapping[str, Any]) -> str | None:
    """A remark for the result if an export reads shorter texts than its run; None if it does not.

    Args:
        manifest: the manifest of the export of a causal model.
    """
    own, read = _config(manifest).context_length, _bounds(manifest).context_length
    if own == read:
        return None
    return f"the file reads {read:,} tokens of a text and the model {own:,}: evaluated in blocks of {read:,}"


def _config(manifest: Mapping[str, Any]) -> ModelConfig:
    return config_class(str(manifest["family"])).from_dict(dict(manifest["config"]))


def _bounds(manifest: Mapping[str, Any]) -> _Bounds:
    config, context = _config(manifest), manifest.get("context")
    longest = config.context_length
    if longest is not None and context is not None:
        longest = min(longest, context)
    return _Bounds(longest, config.vocabulary_size)


def evaluate_export(
    model: _Export,
    corpus: TokenCorpus,
    *,
    tokenizer: Tokenizer,
    batch_size: int = 32,
    training: TrainingConfig | None = None,
    progress: Callable[[int], None] | None = None,
) -> Evaluation:
    """Evaluates an exported causal model on text: gives the same figures as `evaluate` for its run.

    The text is read as there, in the same lines, blocks or segments. A LiteRT file whose context is shorter than the
    model's positions reads blocks of its context.

    Args:
        model: the export.
        corpus: a corpus of its tokenizer.
        tokenizer: its tokenizer.
        batch_size: maximum number of rows read in parallel, at least 1.
        training: how the text is arranged; None for the setting in the manifest.
        progress: called with the number of tokens done, after each batch.

    Raises:
        UserError: the export's description is damaged.
    """
    manifest = model.manifest
    bounds: Any = _bounds(manifest)
    training = training or training_of_export(manifest)
    learning = training_class("causal_lm")(training, config=bounds, tokenizer=tokenizer)
    source = learning.evaluation_source(corpus, batch_size=batch_size)
    if source.carries_state:  # an export reads whole segments
        rows = rows_in_memory(batch_size, length=SEGMENT_TOKENS, config=bounds, multiple_of=1)
        source = SegmentSource(corpus, batch_size=rows, sequence_length=SEGMENT_TOKENS)
    total, count = 0.0, 0
    for step, batch in enumerate(source.dataset(), start=1):
        rows = {name: array.numpy() for name, array in batch.items()}
        counted = rows["weights"] > 0
        lengths = counted.sum(-1).tolist()
        width = max(lengths)
        losses = model.token_losses(rows["token_ids"][:, :width], rows["targets"][:, :width], lengths)
        total += float(losses[counted[:, :width]].sum(dtype=np.float64))
        count += sum(lengths)
        if progress is not None:
            progress(len(corpus) * step // source.steps_per_epoch)
    return Evaluation(
        tokens=count,
        loss=total / max(count, 1),
        unknown_rate=corpus.num_unknown / len(corpus),
        num_bytes=corpus.num_bytes if count == len(corpus) else None,
        item=learning.item,
    )
