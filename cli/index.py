"""langzoo index."""

import functools
from pathlib import Path
from typing import Annotated, Any

import typer

from ..layers.plain.errors import UserError
from .console import output, print_json, progress_bar
from .failure import say
from .model_reference import ModelReference
from .options import (
    ColumnsOption,
    FilesOption,
    HeadOption,
    JsonOption,
    PromptNameOption,
    ReaderOption,
    ReaderSettingsOption,
    ReadTogetherOption,
    SkipBadOption,
    TrustOption,
    data_settings,
)
from .quiet_tensorflow import quiet_tensorflow

BM25 = "bm25"
SIMILARITIES = ("cosine", "dot")


def index(
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="[MODEL]",
            help="A text encoder: a run directory, the folder of an exported model, or a .tflite file. Not with "
            "--with bm25.",
            show_default=False,
        ),
    ] = None,
    *,
    data: FilesOption,
    out: Annotated[Path, typer.Option(help="Folder of the new index.", show_default=False)],
    ranking: Annotated[
        str | None,
        typer.Option("--with", metavar="bm25", help="Rank by words, without a model.", show_default=False),
    ] = None,
    similarity: Annotated[str, typer.Option(help="Of vectors: cosine, or dot, the dot product.")] = "cosine",
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
    """Build a search index of documents, by a text encoder's vectors or by words (BM25), for langzoo search."""
    if ranking not in (None, BM25):
        raise UserError(f"--with {ranking}: the only choice is {BM25}; omit it and name a text encoder for vectors")
    if (model is None) == (ranking is None):
        raise UserError(f"name a text encoder, or --with {BM25}, and not both")
    if similarity not in SIMILARITIES:
        raise UserError(f"--similarity must be {' or '.join(SIMILARITIES)}, not {similarity!r}")
    if model is None and (prompt_name is not None or similarity != "cosine"):
        raise UserError(f"--prompt-name and --similarity are for a text encoder: leave them out with --with {BM25}")
    reference = None if model is None else encoder_reference(model, head)
    settings = data_settings(
        reader=reader, reader_options=reader_options, columns=columns, skip_bad=skip_bad, labels=None
    )
    quiet_tensorflow()
    from ..layers.plain.search.search_index import SearchIndex
    from ..trainers.data.search_documents import SearchDocuments
    from ..zoo.staging import refuse_existing, staged_folder

    refuse_existing(out)
    own = text_reader(settings)
    documents = SearchDocuments(own, data)
    given: dict[str, Any] = {}
    if reference is not None:
        loaded = reference.open(trust=trust)
        embed = functools.partial(loaded.embed, batch_size=batch_size, prompt_name=prompt_name)
        given = {"embed": embed, "similarity": similarity, "model": reference.text, "digest": reference.digest()}
    with progress_bar("documents read") as progress, staged_folder(out) as folder:
        count = SearchIndex.write(folder, documents, progress=progress, **given)
    skipped = own.bad.summary()
    if skipped:
        say(f"--data: {skipped}")
    if as_json:
        print_json({"index": str(out), "documents": count, "repeated": documents.repeated, "skipped": skipped.count})
        return
    repeated = f", {documents.repeated:,} more have the text of another" if documents.repeated else ""
    asked = " ".join(["", *([model] if model else []), *(["--task", head] if head else [])])
    output().print(
        f"{out}: {count:,} documents{repeated}\nnext: langzoo search{asked} --index {out} --query ...", soft_wrap=True
    )


def encoder_reference(model: str, head: str | None) -> ModelReference:
    """Returns the reference of a text encoder; raises UserError for a model of another task."""
    reference = ModelReference.parse(model).of_task(head)
    task = reference.task()
    if task not in (None, "text_encoder"):
        raise UserError(f"{model} is a {task} model: search is by a text_encoder, or by words, --with {BM25}")
    return reference


def text_reader(settings: dict[str, Any]) -> Any:
    """Returns a reader of documents: of the column text, and of id if there is one."""
    from ..trainers.data.readers import READERS, check_reader_options

    name, options = settings.get("data.reader") or "lines", settings.get("data.reader_options") or {}
    check_reader_options(name, options)
    columns = settings.get("data.columns") or {}
    skip_bad = bool(settings.get("data.skip_bad"))
    # A column "id" only counts if the file itself has one: the reader of SQuAD gives the id of a question.
    optional = ["id"] if "id" in columns or not READERS[name].gives else []
    return READERS[name](["text"], optional=optional, named=columns, skip_bad=skip_bad, **options)
