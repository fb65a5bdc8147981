"""The output of langzoo evaluate --task retrieval."""

import functools
from pathlib import Path
from typing import Any

from .console import output, plain_table, print_json, progress_bar
from .failure import say
from .model_reference import ModelReference
from .printable_text import printable_text

BASELINE = "bm25"


def show_retrieval(
    reference: ModelReference,
    data: list[Path],
    settings: dict[str, Any],
    *,
    metrics: list[str],
    batch_size: int,
    trust: bool,
    as_json: bool,
) -> None:
    """Evaluates a text encoder, and BM25 for comparison, on queries and their relevant documents."""
    from ..layers.plain.errors import UserError
    from ..trainers.data.readers import READERS, check_reader_options
    from ..trainers.data.retrieval_set import RetrievalSet
    from ..trainers.evaluation.evaluate_retrieval import evaluate_retrieval
    from ..trainers.evaluation.metrics import check_metrics, measure

    if settings.get("data.labels"):
        raise UserError("--labels is not for --task retrieval: the column label gives the relevance of a document")
    check_metrics(metrics, "ranking")
    name, options = settings.get("data.reader") or "trec", settings.get("data.reader_options") or {}
    check_reader_options(name, options)
    ids = ["query_id", "document_id"] if name == "trec" else []
    reader = READERS[name](
        ["text", "pair"],
        optional=["label", *ids],
        named=settings.get("data.columns") or {},
        skip_bad=bool(settings.get("data.skip_bad")),
        **options,
    )
    found = RetrievalSet.from_files(data, reader)
    loaded = reference.open(trust=trust)
    texts = len(found.documents) + len(found.queries)
    with progress_bar("texts read", total=texts) as progress:
        embed = functools.partial(loaded.embed, batch_size=batch_size)
        by_vectors = evaluate_retrieval(found, embed=embed, progress=progress)
    rows = {
        reference.text: measure(by_vectors, metrics),
        BASELINE: measure(evaluate_retrieval(found), metrics),
    }
    skipped = reader.bad.summary()
    if skipped:
        say(f"--data: {skipped}")
    counts = {"queries": sum(map(bool, found.relevance)), "documents": len(found.documents)}
    if as_json:
        print_json(
            {"model": reference.text, "task": "retrieval", **counts, "metrics": rows[reference.text]}
            | {BASELINE: rows[BASELINE]}
        )
        return
    table = plain_table()
    table.add_column("", overflow="fold", min_width=12)
    for figure in rows[BASELINE]:
        table.add_column(figure.replace("_at_", "@"), justify="right", no_wrap=True)
    for row, figures in rows.items():
        table.add_row(printable_text(row), *(f"{value:.4f}" for value in figures.values()))
    output().print(table)
    output().print(f"{counts['queries']:,} queries, {counts['documents']:,} documents")
