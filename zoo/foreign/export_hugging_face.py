"""Export of folders that transformers loads."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...layers.plain.errors import UserError
from ..atomic_file import write_text
from ..disk_errors import disk_errors
from ..export_error import ExportError
from ..export_report import ExportReport
from ..exporter import register_exporter
from ..staging import files_under, staged_folder
from .foreign_classifier import classifier_keys
from .foreign_configs import config_to_hugging_face
from .foreign_families import foreign_family
from .hugging_face_tokenizer import special_ids, write_hugging_face_tokenizer
from .safetensors_source import WEIGHTS_FILE, open_hugging_face
from .safetensors_writer import write_safetensors
from .sentence_transformer import write_sentence_transformer
from .text_frame import text_frame

if TYPE_CHECKING:
    from ..tasks import TextModel

CONFIG_FILE = "config.json"


@register_exporter("huggingface")
def export_hugging_face(
    model: "TextModel", directory: Path | str, *, progress: Callable[[str], None] | None = None
) -> ExportReport:
    """Exports a model for transformers: `config.json`, `model.safetensors` and the files of its tokenizer.

    The folder of a text encoder can also be loaded by sentence-transformers. A tokenizer of a kind that transformers
    does not have (words, characters, bytes) is left out, which is reported to `progress`. The folder appears once all
    is written and its weights were read back.

    Args:
        model: a model of a family that transformers has; with or without a tokenizer.
        directory: a folder that does not exist.
        progress: called with a line at every stage.

    Returns:
        A report with the path; `largest_difference` is that of the weights read back.

    Raises:
        UserError: the folder exists, or transformers has no such model.
        ExportError: the weights read back differ; nothing is left behind.
        OSError: the disk is full, or the folder cannot be written.

    Example:
        >>> import langzoo.zoo as zoo
        >>> export_hugging_face(zoo.create("gpt2_tiny"), "for_transformers").largest_difference
        0.0
    """
    directory, say = Path(directory), progress or (lambda line: None)
    config = hugging_face_config(model)
    names = foreign_family(model.config).weight_map(model.config, model.task)
    otherwise = model.task == "masked_lm" and model.options  # transformers' classes have no option for its head
    if otherwise or names.rules.keys() != {weight.path for weight in model.weights}:
        raise UserError(f"transformers has no {model.task} with this model's options: {model.options}")
    bare = model.task == "text_encoder"
    with staged_folder(directory) as staging, disk_errors():
        say("writing weights and configuration")
        write_safetensors(staging / WEIGHTS_FILE, names.to_foreign(model.weights, bare=bare))
        write_text(staging / CONFIG_FILE, json.dumps(config, indent=2, ensure_ascii=False) + "\n")
        if model.task == "text_encoder":
            write_sentence_transformer(model, staging)
        if model.tokenizer is not None and not write_hugging_face_tokenizer(
            model.tokenizer,
            staging,
            foreign=foreign_family(model.config),
            frame=text_frame(model.tokenizer, model.task, model.options),
            max_length=model.max_sequence_length,
        ):
            say(f"the tokenizer is left out: transformers has none of the kind {model.tokenizer.kind}")
        say("reading the weights back")
        difference = _largest_difference(model, names, staging)
        if difference != 0.0:
            raise ExportError(f"weights read back differ by {difference}")
        size = sum(path.stat().st_size for path in files_under(staging))
    say(f"done: {directory}")
    return ExportReport(path=directory, signatures=(), bytes=size, largest_difference=difference)


def hugging_face_config(model: "TextModel") -> dict[str, Any]:
    """The `config.json` of a model: its configuration, the ids of its tokens and the names of its classes.

    Raises:
        UserError: transformers has no such model.
    """
    config = {**config_to_hugging_face(model.config, model.task), "dtype": "float32"}
    tokenizer, options, foreign = model.tokenizer, model.options, foreign_family(model.config)
    if tokenizer is not None:
        ids = special_ids(tokenizer, foreign)
        if foreign.counts_by_padding and ids["pad_token_id"] != config["pad_token_id"]:
            raise UserError(
                f"a {config['model_type']} of transformers counts positions by its padding token, whose id must be "
                f"{config['pad_token_id']}, not {ids['pad_token_id']}: train it with such a tokenizer"
            )
        config |= ids
    if more := options.get("more_stop_ids"):
        end = config.get("eos_token_id")
        config["eos_token_id"] = [*([] if end is None else [end]), *more]
    if model.task == "text_classifier":
        config |= classifier_keys(options)
    if model.task == "seq2seq_lm":
        start = options["start_id"]
        if start is None and tokenizer is not None:
            start = tokenizer.start_id
        config |= {} if start is None else {"decoder_start_token_id": start}
    return config


def _largest_difference(model, names, folder: Path) -> float:
    tensors = open_hugging_face(folder)
    found = names.resolve(tensors, {weight.path: tuple(weight.shape) for weight in model.weights})
    return max(
        float(np.max(np.abs(names.read(weight.path, tensors, found) - weight.numpy()), initial=0.0))
        for weight in model.weights
    )
