"""langzoo cluster."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from ..layers.plain.errors import UserError
from .answer_file import check_answer_file, writing_answers
from .cluster_table import cluster_table
from .console import output, print_json, progress_bar
from .evaluation_tables import figures_table
from .failure import say
from .index import text_reader
from .model_reference import ModelReference
from .options import (
    ColumnsOption,
    FilesOption,
    HeadOption,
    JsonOption,
    ModelArgument,
    PromptNameOption,
    ReaderOption,
    ReaderSettingsOption,
    ReadTogetherOption,
    SkipBadOption,
    TrustOption,
    data_settings,
)
from .show_components import show_components
from .text_batches import text_batches

MOST_TEXTS = 1_000_000
MOST_CLUSTERS = 1000
DIMENSIONS = 16


def cluster(
    model: ModelArgument,
    *,
    data: FilesOption,
    clusters: Annotated[
        str,
        typer.Option(
            metavar="K",
            help="The number of clusters, or a range such as 2:10, from which the number with the lowest Bayesian "
            "information criterion is chosen.",
        ),
    ] = "2:10",
    covariance: Annotated[
        str, typer.Option(help="Covariance of each cluster: full, diag or spherical; tied is a full one for all.")
    ] = "full",
    dimensions: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="N",
            help=f"The number of principal components to use, 0 for the vectors as they are; by default {DIMENSIONS}, "
            "or all if there are fewer.",
            show_default=False,
        ),
    ] = None,
    load: Annotated[
        Path | None,
        typer.Option(help="Clusters written by --save, to assign the texts to.", show_default=False),
    ] = None,
    save: Annotated[
        Path | None, typer.Option(help="Write the clusters to this file (.safetensors).", show_default=False)
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Write every text with its cluster: a table (.tsv, .csv), or JSON lines (.jsonl).", show_default=False
        ),
    ] = None,
    examples: Annotated[int, typer.Option(min=0, max=1000, metavar="N", help="Sentences to show per cluster.")] = 3,
    words: Annotated[int, typer.Option(min=0, max=1000, metavar="N", help="Words to show per cluster.")] = 8,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, metavar="N", help="Seed of the initial clusters.")] = 0,
    prompt_name: PromptNameOption = None,
    reader: ReaderOption = None,
    columns: ColumnsOption = [],  # noqa: B006
    skip_bad: SkipBadOption = False,
    reader_options: ReaderSettingsOption = [],  # noqa: B006
    batch_size: ReadTogetherOption = 32,
    head: HeadOption = None,
    trust: TrustOption = False,
    as_json: JsonOption = False,
) -> None:
    """Cluster texts by a Gaussian mixture over a text encoder's vectors; show each cluster's words and sentences."""
    counts = _counts(clusters)
    _check(covariance=covariance, load=load, save=save, out=out)
    reference = ModelReference.parse(model).of_task(head)
    task = reference.task()
    if task not in (None, "latent_lm", "text_encoder"):
        raise UserError(f"{model} is a {task} model: clusters need the vectors of a text_encoder or a latent_lm")
    settings = data_settings(
        reader=reader, reader_options=reader_options, columns=columns, skip_bad=skip_bad, labels=None
    )
    if task == "latent_lm":
        if load is not None or save is not None or out is not None:
            raise UserError("--load, --save and --out are for fitted clusters: a latent_lm has those of its prior")
        texts = text_reader(settings)
        show_components(reference, _texts(texts, data), examples=examples, words=words, as_json=as_json)
        return
    loaded = reference.open(trust=trust)
    from ..trainers.sentence_mixture import SentenceMixture, best_mixture
    from ..zoo.cluster_summaries import cluster_summaries

    mixture, criteria = None if load is None else SentenceMixture.load(load), {}
    if mixture is not None and mixture.facts.get("digest") != reference.digest():
        raise UserError(f"--load {load}: its clusters are of another model's vectors, {mixture.facts.get('model')}")
    texts, vectors = _read(loaded, data, settings, {"batch_size": batch_size, "prompt_name": prompt_name})
    if mixture is None:
        kept = min(DIMENSIONS, *vectors.shape) if dimensions is None else dimensions
        given: dict[str, Any] = {"covariance": covariance, "dimensions": kept, "seed": seed}
        facts = {"model": reference.text, "digest": reference.digest()}
        with progress_bar("mixtures fitted", total=len(counts)) as progress:
            mixture, criteria = best_mixture(vectors, counts=counts, progress=progress, facts=facts, **given)
    beliefs = mixture.responsibilities(vectors)
    found = cluster_summaries(
        beliefs,
        texts,
        weights=mixture.weights,
        closeness=mixture.log_densities(vectors),
        examples=examples,
        num_words=words,
    )
    if save is not None:
        mixture.save(save)
    if out is not None:
        with writing_answers(out) as add:
            for text, row in zip(texts, beliefs, strict=True):
                add({"text": text, "cluster": str(row.argmax() + 1), "probability": float(row.max())})
    if as_json:
        print_json({"model": model, "texts": len(texts), "criteria": criteria, "clusters": found})
        return
    if len(criteria) > 1:
        table = figures_table("clusters", "BIC")
        for count, criterion in criteria.items():
            table.add_row(f"{count}{' *' if count == mixture.num_clusters else ''}", f"{criterion:,.1f}")
        output().print(table)
        output().print()
    output().print(cluster_table(found))
    for what, path in (("clusters", save), (f"{len(texts):,} texts", out)):
        if path is not None:
            say(f"{what} written to {path}")


def _counts(text: str) -> list[int]:
    """Returns the numbers of clusters to try."""
    first, colon, last = text.partition(":")
    try:
        least, most = int(first), int(last if colon else first)
    except ValueError:
        raise UserError(f"--clusters {text}: must be a number, or two such as 2:10") from None
    if not 1 <= least <= most <= MOST_CLUSTERS:
        raise UserError(f"--clusters {text}: numbers must be from 1 to {MOST_CLUSTERS:,}, the lower one first")
    return list(range(least, most + 1))


def _check(*, covariance: str, load: Path | None, save: Path | None, out: Path | None) -> None:
    """Raises `UserError` for flags that have no effect, before anything is read."""
    from ..trainers.sentence_mixture import COVARIANCES

    if covariance not in COVARIANCES:
        raise UserError(f"--covariance must be {', '.join(COVARIANCES[:-1])} or {COVARIANCES[-1]}, not {covariance!r}")
    if load is not None and save is not None:
        raise UserError("--save is for new clusters, and --load for existing ones: leave one out")
    if out is not None:
        check_answer_file(out)
    if save is not None and (save.suffix != ".safetensors" or save.is_dir() or not save.parent.is_dir()):
        raise UserError(f"--save {save}: must be the name of a .safetensors file in an existing folder")


def _read(model: Any, data: list[Path], settings: dict[str, Any], given: dict[str, Any]) -> tuple[list[str], Any]:
    """Returns the texts and their vectors."""
    import numpy as np

    own, texts, parts = text_reader(settings), [], []
    with progress_bar("texts read") as progress:
        for batch in text_batches(_texts(own, data)):
            texts += batch
            if len(texts) > MOST_TEXTS:
                raise UserError(f"--data has over {MOST_TEXTS:,} texts, too many to keep their vectors: give fewer")
            parts.append(model.embed(batch, **given))
            progress(len(texts))
    if own.bad.summary():
        say(f"--data: {own.bad.summary()}")
    if not texts:
        raise UserError("--data has no text")
    return texts, np.concatenate(parts)


def _texts(reader: Any, data: list[Path]) -> Iterator[str]:
    """Yields the texts that are not empty."""
    return (text for record in reader.records(data) if (text := record.values["text"].strip()))
