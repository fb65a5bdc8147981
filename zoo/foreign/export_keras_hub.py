"""Export of KerasHub presets."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...layers.plain.errors import UserError
from ...layers.plain.text.sentence_piece_model import SentencePieceModel
from ..disk_errors import disk_errors
from ..export_error import ExportError
from ..export_report import ExportReport
from ..exporter import register_exporter
from ..staging import files_under, staged_folder
from .foreign_families import foreign_families, foreign_family
from .keras_hub_family import MASKED_HEAD, KerasHubFamily, check_fixed
from .keras_hub_source import build_hub_model, open_keras_hub

if TYPE_CHECKING:
    from ...layers.text import Tokenizer
    from ..model_config import ModelConfig
    from ..tasks import TextModel

TOLERANCE = 1e-4  # relative to the largest number: two orders of float32 sums
SAMPLE = (2, 16)  # texts and tokens to compare the two models on


@register_exporter("keras_hub")
def export_keras_hub(
    model: "TextModel", directory: Path | str, *, progress: Callable[[str], None] | None = None
) -> ExportReport:
    """Exports a preset for `from_preset` of KerasHub's classes: configuration, weights and tokenizer.

    KerasHub writes the files; then they are read back, and its model must give the same outputs as ours. A tokenizer
    that KerasHub does not have (words, characters, bytes; or one with other special tokens) is left out, which is
    reported to `progress`.

    Args:
        model: a model of a family that KerasHub has: a causal model, a text encoder, or one with an equivalent head;
            the names of labels are left out, since KerasHub numbers them.
        directory: a folder that does not exist.
        progress: called with a line at every stage.

    Returns:
        A report with the path; `largest_difference` is that of the logits, or of an encoder's vectors.

    Raises:
        UserError: the folder exists, or KerasHub has no such model.
        ExportError: the model read back gives different numbers; nothing is left behind.
        OSError: the disk is full, or the folder cannot be written.

    Example:
        >>> import langzoo.zoo as zoo
        >>> export_keras_hub(zoo.create("gpt2_tiny"), "for_keras_hub").largest_difference < 1e-4
        True
    """
    directory, say = Path(directory), progress or (lambda line: None)
    hub = hub_family(model.config)
    if model.task not in hub.tasks:
        raise UserError(
            f"KerasHub's {hub.backbone} is a {' or a '.join(hub.tasks)}, but this model is a {model.task}, whose head "
            "it lacks or builds otherwise: export it as huggingface"
        )
    if model.task == "masked_lm":
        check_fixed(hub.heads[model.task], MASKED_HEAD, model)
    names = hub.weight_map(model.config, model.task)
    if names.rules.keys() != {weight.path for weight in model.weights}:
        raise UserError(f"KerasHub has no {model.task} with this model's options: {model.options}")
    say("building KerasHub's model")
    num_classes = len(getattr(model, "labels", ()))
    theirs = build_hub_model(hub, model.config, task=model.task, num_classes=num_classes)
    tensors = hub.tensors(theirs, task=model.task)
    for name, _, read in names.to_foreign(model.weights):
        tensors.assign(name, read())
    if spare := names.spare(tensors):
        say(f"initialized by KerasHub, since this model has none: {', '.join(spare)}")
    with staged_folder(directory) as staging, disk_errors():
        say("writing weights and configuration")
        theirs.save_to_preset(str(staging))
        if model.tokenizer is not None:
            left_out = _write_tokenizer(model.tokenizer, hub, staging)
            if left_out:
                say(f"the tokenizer is left out: {left_out}")
        if model.task == "seq2seq_lm":
            for token in _left_out_tokens(model):
                say(f"left out, since a preset has no place for it: {token}")
        say("reading the preset back")
        difference = _largest_difference(model, staging)
        size = sum(path.stat().st_size for path in files_under(staging))
    say(f"done: {directory}")
    return ExportReport(path=directory, signatures=(), bytes=size, largest_difference=difference)


def _left_out_tokens(model: Any) -> list[str]:
    """The tokens before targets and sources, where an import of the preset would take others."""
    start = model.options["start_id"]
    if start is None and model.tokenizer is not None:
        start = model.tokenizer.start_id
    before = model.options.get("source_start_id")
    return [
        *([f"the token before targets, {start}"] if start else []),  # 0 is what T5 has
        *([] if before is None else [f"the token before sources, {before}"]),
    ]


def hub_family(config: "ModelConfig") -> KerasHubFamily:
    """Finds the equivalent KerasHub backbone of a configuration.

    Raises:
        UserError: there is none; the message names the field without an equivalent, or the families that have one.
    """
    known = sorted(name for name, foreign in foreign_families().items() if foreign.keras_hub)
    families = foreign_family(config).keras_hub if config.family in foreign_families() else ()
    if not families:
        raise UserError(f"KerasHub has no {config.family} that is known here; it has {', '.join(known)}")
    refusals = []
    for hub in families:
        try:
            hub.arguments(config)
        except UserError as error:
            refusals.append(error)
        else:
            return hub
    raise refusals[0]


def _write_tokenizer(tokenizer: "Tokenizer", hub: KerasHubFamily, folder: Path) -> str | None:
    """Writes the tokenizer; returns a reason if KerasHub has no equivalent one."""
    import keras_hub

    arguments = _TOKENIZERS.get(tokenizer.kind)
    made = None if arguments is None else arguments(tokenizer, folder)
    if made is None:
        return f"{hub.tokenizer} of KerasHub has no equivalent of this {tokenizer.kind} tokenizer"
    try:
        getattr(keras_hub.models, hub.tokenizer)(**made).save_to_preset(str(folder))
    except (TypeError, ValueError) as error:  # of an unreadable kind, or with a special token that it lacks
        return " ".join(str(error).split())[:200]
    return None


def _word_piece(tokenizer: Any, folder: Path) -> dict[str, Any] | None:
    del folder
    options = tokenizer.options
    strips = options["strip_accents"]
    if options["added_tokens"] or not options["split_chinese"] or options["unknown_token"] != "[UNK]":
        return None
    lowercase = options["lowercase"]
    accents = lowercase if strips is None else strips
    return {
        "vocabulary": tokenizer.vocabulary,
        "lowercase": lowercase,
        "strip_accents": accents,
        "special_tokens_in_strings": True,
    }


def _byte_level(tokenizer: Any, folder: Path) -> dict[str, Any] | None:
    del folder
    options = tokenizer.options
    if options["added_tokens"] or options["single_digits"] or options["missing_byte_token"]:
        return None
    ids = {token: index for index, token in enumerate(tokenizer.vocabulary)}
    return {"vocabulary": ids, "merges": tokenizer.merges, "add_prefix_space": options["add_prefix_space"]}


def _sentence_piece(tokenizer: Any, folder: Path) -> dict[str, Any] | None:
    tokenizer.write_assets(folder)
    file = folder / tokenizer.model_file
    proto = file.read_bytes()
    file.unlink()
    further = tokenizer.vocabulary_size - len(SentencePieceModel(proto).pieces)
    return None if further else {"proto": proto}


_TOKENIZERS = {"wordpiece": _word_piece, "bpe": _byte_level, "sentencepiece": _sentence_piece}


def hub_outputs(model: Any, inputs: Mapping[str, Any], *, task: str) -> np.ndarray:
    """The outputs of a KerasHub model: logits, or the vectors of a text encoder.

    Args:
        model: a backbone, or one with a head.
        inputs: the inputs of our model, `padding_mask` as int; those that it does not take are left out.
        task: its task here.
    """
    rows, length = inputs["token_ids"].shape
    inputs = {**inputs, "mask_positions": np.tile(np.arange(length), (rows, 1))}
    if task == "seq2seq_lm":
        inputs |= {"encoder_token_ids": inputs["source_ids"], "encoder_padding_mask": inputs["source_mask"]}
        inputs |= {"decoder_token_ids": inputs["token_ids"], "decoder_padding_mask": np.ones((rows, length), int)}
    out = model({name: inputs[name] for name in model.input})
    if isinstance(out, dict):
        out = out["decoder_sequence_output" if task == "seq2seq_lm" else "sequence_output"]
    if task == "seq2seq_lm" and model.tie_embedding_weights:
        out = out * model.hidden_dim**-0.5  # as its T5Seq2SeqLM does
    return np.asarray(model.token_embedding(out, reverse=True) if task in ("causal_lm", "seq2seq_lm") else out)


def _largest_difference(model: "TextModel", folder: Path) -> float:
    """The largest difference between our model and the one in the folder, on random tokens."""
    length = min(SAMPLE[1], model.max_sequence_length or SAMPLE[1])
    ids = np.random.default_rng(0).integers(0, model.config.vocabulary_size, (SAMPLE[0], length))
    padding = getattr(model.config, "padding_id", None)
    ids = np.where(ids == padding, int(padding == 0), ids)  # it takes no position here, and one there: no text holds it
    inputs = {"token_ids": ids, "padding_mask": np.ones_like(ids), "segment_ids": np.zeros_like(ids)}
    if model.task == "seq2seq_lm":
        inputs = {"source_ids": ids, "source_mask": np.ones_like(ids), "token_ids": ids[:, ::-1]}
    theirs = hub_outputs(open_keras_hub(folder).tensors.model, inputs, task=model.task)  # type: ignore[attr-defined]
    ours = model({name: array.astype(bool) if "mask" in name else array for name, array in inputs.items()})
    ours = np.asarray(ours["logits" if "logits" in ours else "hidden_states"])
    difference = float(np.max(np.abs(theirs - ours)))
    if not difference <= TOLERANCE * max(1.0, float(np.max(np.abs(ours)))):
        raise ExportError(f"KerasHub's model gives numbers that differ by {difference}")
    return difference
