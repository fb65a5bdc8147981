"""Export as a SavedModel: strings in, strings out, for TF Serving and for Python with TensorFlow alone."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..atomic_file import write_text
from .compare_saved_model import compare_saved_model, generate_inputs, sample_token_ids
from .disk_errors import disk_errors
from .export_report import ExportReport
from .manifest import MANIFEST_FILE, describe_export, hash_files, manifest_text
from .model_card import model_card
from .need_causal import need_causal
from .signatures import DEFAULT_MAX_TOKENS, string_signatures
from .staging import files_under, staged_folder
from .warmup import WARMUP_FILE, write_warmup_requests
from .without_cudnn import without_cudnn
from .write_signatures import write_signatures

if TYPE_CHECKING:
    from ..tasks import CausalLM

TOKENS_FILE = "assets.extra/tokens.json"
MODEL_CARD_FILE = "model_card.md"


def export_saved_model(
    model: "CausalLM",
    directory: Path | str,
    *,
    metrics: Mapping[str, Any] | None = None,
    card_facts: Mapping[str, str] | None = None,
    progress: Callable[[str], None] | None = None,
) -> ExportReport:
    """Writes a model as a SavedModel and makes sure that it does what the live one does.

    The folder holds the SavedModel with the signatures of `string_signatures` (no optimizer, no training state),
    `assets.extra/` with warm-up requests for TF Serving and the names of all tokens, `manifest.json` with the SHA-256
    of every file, and `model_card.md`. The folder appears when all is written and a process without langzoo has
    answered as the live model does: log-probabilities and logits to 1e-5, generated text token for token.

    Args:
        model: with its tokenizer.
        directory: a version folder that does not exist, e.g. `next_version("saved_models/my_model")`.
        metrics: name -> number, for the model card.
        card_facts: heading -> Markdown, for the model card; replaces the section of that heading or adds one.
        progress: called with a line at every stage.

    Raises:
        UserError: the folder exists, or the model is not causal or has no tokenizer.
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
    directory, say = Path(directory), progress or (lambda line: None)
    need_causal(model)
    tokenizer = model.need_tokenizer()
    with staged_folder(directory) as staging, without_cudnn(model), disk_errors():
        signatures = write_signatures(string_signatures(model), staging, track=tokenizer, progress=say)
        say("writing warm-up requests, model card and manifest")
        write_warmup_requests(staging / WARMUP_FILE, model.name, _warmup_requests(model))
        write_text(staging / TOKENS_FILE, json.dumps(tokenizer.tokens, ensure_ascii=False) + "\n")
        write_text(staging / MODEL_CARD_FILE, model_card(model, metrics=metrics, facts=card_facts))
        manifest = {
            **describe_export(model, kind="saved_model"),
            "signatures": signatures,
            "defaults": {"decoder": "greedy", "max_tokens": DEFAULT_MAX_TOKENS},
            "files": hash_files(staging),
        }
        write_text(staging / MANIFEST_FILE, manifest_text(manifest))
        say("comparing with the live model, in a process without langzoo")
        difference = compare_saved_model(model, staging)
        size = sum(path.stat().st_size for path in files_under(staging))
    say(f"done: {directory}")
    return ExportReport(path=directory, signatures=tuple(signatures), bytes=size, largest_difference=difference)


def _warmup_requests(model: "CausalLM") -> list[tuple[str, dict[str, Any]]]:
    """One request a signature; `generate` draws, so that all of its graph has run."""
    prompts = np.array([b"the"], object)
    options = {"max_tokens": 8, "temperature": 1.0, "top_k": 20, "top_p": 0.9}
    return [
        ("serving_default", {"prompt": prompts}),
        ("generate", generate_inputs(prompts, **options)),
        ("score", {"text": prompts}),
        ("tokens", {"token_ids": sample_token_ids(model)}),
    ]
