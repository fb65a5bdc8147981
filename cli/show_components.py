"""Showing which sentences the components of a prior represent."""

from collections.abc import Iterable
from typing import Any

from ..layers.plain.errors import UserError
from .cluster_table import cluster_table
from .console import output, print_json, progress_bar
from .model_reference import ModelReference

MOST_TEXTS = 1_000_000


def show_components(
    reference: ModelReference, texts: Iterable[str], *, examples: int, words: int, as_json: bool
) -> None:
    """Prints the components of the prior of a latent-variable model, with words and sentences.

    Args:
        reference: Reference to the run of a latent_lm model.
        texts: Sentences.
        examples, words: The maximum number per component.
        as_json: Whether to print one JSON document.

    Raises:
        UserError: There is no text, there are too many, or the prior has no components.
    """
    read = []
    for text in texts:
        read.append(text)
        if len(read) > MOST_TEXTS:
            raise UserError(f"--data has over {MOST_TEXTS:,} texts, too many to keep their vectors: give fewer")
    if not read:
        raise UserError("--data has no text")
    loaded: Any = reference.load_run()
    from ..zoo.component_summaries import component_summaries

    with progress_bar("sentences read", total=len(read)) as progress:
        found = component_summaries(loaded, read, examples=examples, num_words=words, progress=progress)
    if as_json:
        print_json({"model": reference.text, "texts": len(read), "clusters": found})
        return
    output().print(cluster_table(found))
    used = sum(each["count"] > 0 for each in found)
    output().print(f"{used} of the prior's {len(found)} components have sentences")
