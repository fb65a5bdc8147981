"""Which sentences the components of a latent-variable model's prior stand for."""

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
    """Size, words and sentences of each component of a mixture or tree prior, those with most sentences first.

    A sentence belongs to the component that is likeliest given the mean of q(z | x).

    Args:
        model: whose prior has components.
        texts: sentences, at least one.
        examples: sentences of each component, at most, that are nearest to its mean.
        num_words: words of each component, at most.
        progress: called with the number of sentences done.

    Returns:
        What `cluster_summaries` gives; a leaf of a tree is called by the branches that lead to it, such as 0.2.

    Raises:
        UserError: the prior has no components.
    """
    if not model.prior.has_components:
        raise UserError(
            "the prior of this model is the standard normal one, without components: train with --set "
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
