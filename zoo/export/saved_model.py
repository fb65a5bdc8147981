"""Export as a SavedModel: strings in, strings out, for TF Serving and for Python with TensorFlow alone."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...layers.plain.errors import UserError
from ...layers.plain.export_layout import EXTRA_FOLDER, MANIFEST_FILE, TOKENIZER_FOLDER, TOKENS_FILE
from ..atomic_file import write_text
from ..disk_errors import disk_errors
from ..export_report import ExportReport
from ..exporter import register_exporter
from ..model_card import CARD_FILE, model_card
from ..staging import files_under, staged_folder
from .manifest import describe_export, hash_files, manifest_text

if TYPE_CHECKING:
    from ..tasks import TextModel


@register_exporter("saved_model")
def export_saved_model(
    model: "TextModel",
    directory: Path | str,
    *,
    metrics: Mapping[str, Any] | None = None,
    card_facts: Mapping[str, str] | None = None,
    portable: bool = False,
    manifest_facts: Mapping[str, Any] | None = None,
    progress: Callable[[str], None] | None = None,
) -> ExportReport:
    """Exports a model as a SavedModel and verifies that it behaves like the live model.

    The folder contains the SavedModel with the signatures of its task's `string_signatures` (no optimizer, no training
    state), `assets.extra/` with warm-up requests for TF Serving, the names of all tokens and the tokenizer as
    `load_tokenizer` reads it, `manifest.json` with the SHA-256 of every file, and `model_card.md`. The folder appears
    once all is written and a process without langzoo has answered as the live model does: numbers to 1e-5, text and
    tokens exactly. That process has TensorFlow alone, and TensorFlow Text if the tokenizer needs it, which is then
    stated in the manifest and model card; if only TensorFlow is needed, the manifest says `"portable": true`.

    Args:
        model: a model with its tokenizer.
        directory: a version folder that does not exist, e.g. `next_version("saved_models/my_model")`.
        metrics: name -> number, for the model card.
        card_facts: heading -> Markdown, for the model card; replaces the section of that heading or adds one.
        portable: whether to refuse a model whose tokenizer needs TensorFlow Text.
        manifest_facts: name -> JSON value, additional entries of the manifest.
        progress: called with a line at every stage.

    Raises:
        UserError: the folder exists, the model has no tokenizer, its task is not exported, or it is not portable though
            it must be.
        ExportError: the exported model differs from the live one, or does not run; nothing is left behind.
        OSError: the disk is full, or the folder cannot be written.

    Example:
        >>> import langzoo.zoo as zoo
        >>> from langzoo.zoo.export import next_version
        >>> from langzoo.layers.text import ByteTokenizer
        >>> model = zoo.create("lstm_tiny", tokenizer=ByteTokenizer())
        >>> export_saved_model(model, next_version("exports/lstm_tiny")).signatures
        ('serving_default', 'generate', 'score', 'tokens')
    """
    from .card_sections import card_sections
    from .compare_export import compare_export
    from .programs import DEFAULT_MAX_TOKENS, Program, string_signatures
    from .warmup import WARMUP_FILE, write_warmup_requests
    from .without_cudnn import without_cudnn
    from .write_signatures import write_signatures

    directory, say = Path(directory), progress or (lambda line: None)
    tokenizer = model.need_tokenizer()
    if portable and tokenizer.needs_tensorflow_text:
        raise UserError(
            f"a {tokenizer.kind} tokenizer needs TensorFlow Text, so the export is not portable: leave out --portable, "
            "or train with a tokenizer of the kind word, character, byte, wordpiece or bpe"
        )
    with staged_folder(directory) as staging, without_cudnn(model), disk_errors():
        signatures = string_signatures(model)
        described = write_signatures(signatures, staging, track=tokenizer, progress=say)
        say("writing warm-up requests, model card and manifest")
        warm_up = [(name, signature.examples[0]) for name, signature in signatures.items() if signature.examples]
        write_warmup_requests(staging / WARMUP_FILE, model.name, warm_up)
        write_text(staging / EXTRA_FOLDER / TOKENS_FILE, json.dumps(tokenizer.tokens, ensure_ascii=False) + "\n")
        tokenizer.save_assets(staging / EXTRA_FOLDER / TOKENIZER_FOLDER)
        use = card_sections(model, signatures)
        write_text(staging / CARD_FILE, model_card(model, use, metrics=metrics, facts=card_facts))
        defaults = {"decoder": "greedy", "max_tokens": DEFAULT_MAX_TOKENS}
        manifest = {
            **(manifest_facts or {}),
            **describe_export(model, kind="saved_model"),
            "needs": ["tensorflow_text"] if tokenizer.needs_tensorflow_text else [],
            "portable": not tokenizer.needs_tensorflow_text,
            "signatures": described,
            **({"defaults": defaults} if "generate" in signatures else {}),
            "files": hash_files(staging),
        }
        write_text(staging / MANIFEST_FILE, manifest_text(manifest))
        say("comparing with the live model, in a process without langzoo")
        needs_text = tokenizer.needs_tensorflow_text
        compared = compare_export(Program.of(signatures), staging, kind="saved_model", tensorflow_text=needs_text)
        size = sum(path.stat().st_size for path in files_under(staging))
    say(f"done: {directory}")
    return ExportReport(path=directory, signatures=tuple(signatures), bytes=size, **compared)
