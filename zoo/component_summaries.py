"""Summaries of the components of a latent-variable model's prior."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..layers.plain.errors import UserError
from .cluster_summaries import cluster_summaries

if TYPE_CHECKING:
    from .tasks import LatentLM

TEXTS = 1024


def component_summaries(
    model: "LatentLM",
    texts: Sequence[str],
    *,
    examples: int = 3,
    num_words: int = 8,
    progress: Callable[[int], None] | None = None,
) -> list[dict[str, Any]]:
    """Summarizes each component of a mixture or tree prior by its size, words and sentences, the largest first.

    A sentence belongs to the most likely component given the mean of q(z | x).

    Args:
        model: a model whose prior has components.
        texts: sentences, at least one.
        examples: the maximum number of sentences per component, those closest to its mean.
        num_words: the maximum number of words per component.
        progress: called with the number of sentences done.

    Returns:
        The result of `cluster_summaries`; a leaf of a tree is named after the branches that lead to it, such as 0.2.

    Raises:
        UserError: the prior has no components.
    """
    if not model.prior.has_components:
        raise UserError(
            "the prior of this model is a standard normal without components: train with --set "
            "model.prior=mixture or model.prior=tree for clusters"
        )
    found = []
    for first in range(0, len(texts), TEXTS):
        found += model.posteriors(texts[first : first + TEXTS])
        if progress is not None:
            progress(len(found))
    joint = model.prior.log_joint(np.array([each["mean"] for each in found], np.float32)).numpy()  # (N, K)
    return cluster_summaries(
        np.array([each["responsibilities"] for each in found]),
        texts,
        weights=np.exp(model.prior.components()[0].numpy()),
        closeness=joint,
        names=model.prior.names,
        examples=examples,
        num_words=num_words,
    )
