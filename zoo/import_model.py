"""Import of published weights."""

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..layers.plain.did_you_mean import unknown_name_message
from ..layers.plain.errors import UserError
from .foreign.fast_tokenizer import first_token
from .foreign.find_tokenizer import find_llama2c_tokenizer, find_tokenizer
from .foreign.foreign_classifier import classifier_options
from .foreign.foreign_configs import config_from_hugging_face, task_of
from .foreign.foreign_families import checkpoint_configs, foreign_families, foreign_family
from .foreign.foreign_family import ForeignFamily
from .foreign.generation_config import read_generation_config, stop_ids
from .foreign.keras_hub_source import KERAS_HUB, read_head_options, read_preset_config
from .foreign.keras_hub_tokenizer import find_keras_hub_tokenizer
from .foreign.open_source import CACHED, SNAPSHOTS, open_source
from .foreign.renamed_tensors import RenamedTensors
from .foreign.sentence_transformer import is_sentence_transformer, read_sentence_transformer
from .foreign.source import Source
from .foreign.source_tensors import SourceTensors
from .foreign.tokenizer_settings import read_fast_tokenizer
from .foreign.weight_map import WeightMap
from .import_remark import ImportRemark
from .model_config import ModelConfig

if TYPE_CHECKING:
    from ..layers.text import Tokenizer
    from .tasks import TextModel

FIND = "find"
"""Use the tokenizer stored with the weights, if there is one."""


def import_model(
    source: str | Path,
    *,
    tokenizer: "str | Path | Tokenizer | None" = FIND,
    task: str | None = None,
    leave_out: Sequence[str] = (),
    strict: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> "TextModel":
    """Reads published weights into a new model.

    Every weight of the source is used, and every weight of the model is filled. PyTorch is not needed. Whatever is left
    out without harm (keys without meaning here, a pooler that the task does not use) is reported in an `ImportRemark`,
    one warning each.

    Args:
        source: a Hugging Face folder (or one of sentence-transformers), a preset of KerasHub, a TensorFlow
            checkpoint of Google's BERT or of OpenAI's GPT-2 (prefix or folder), a `.bin` of llama2.c, or an ARPA file
            of n-grams.
        tokenizer: `FIND`; or a folder or file, see `find_tokenizer`; or a `Tokenizer`; or None for a model that reads
            only ids.
        task: the task of the model; None for that of its class in the source.
        leave_out: patterns of weight names, where `*` matches anything, that may stay unused.
        strict: whether an `ImportRemark` is an error.
        progress: called with the number of weights filled so far and in total.

    Returns:
        The model, named after the folder or file, or after the repository in a hub's cache.

    Raises:
        UserError: a source that cannot be read, a configuration or tokenizer that is not supported, a vocabulary that
            does not fit; a weight that is unused, missing, of a wrong shape, NaN or infinite; tied weights that differ.
            The message is one line.

    Example:
        >>> import_model("all-MiniLM-L6-v2").embed(["This is an example sentence"])[0, :2].round(5)
        array([0.06766, 0.0635 ], dtype=float32)
    """
    with warnings.catch_warnings():
        if strict:
            warnings.simplefilter("error", ImportRemark)
        try:
            return _import(Path(source), tokenizer, task, leave_out, progress)
        except ImportRemark as remark:
            raise UserError(f"{remark}; --strict refuses that") from None


def _import(path: Path, tokenizer, task: str | None, leave_out: Sequence[str], progress) -> "TextModel":
    options: dict[str, Any] = {}
    from .foreign.read_arpa import is_arpa
    from .import_arpa import import_arpa

    if is_arpa(path):
        if tokenizer != FIND or task not in (None, "causal_lm"):
            raise UserError(f"{path}: an ARPA file gives a causal_lm with its own tokenizer: name no other")
        return import_arpa(path)
    if path.is_dir() and is_sentence_transformer(path):
        weights_path, options = read_sentence_transformer(path)
        task = task or "text_encoder"
        options = options if task == "text_encoder" else {}
    else:
        weights_path = path
    opened = open_source(weights_path)
    config, tensors = _read_config(opened)
    foreign = foreign_family(config)
    task = foreign.checked_task(config, task or _task(opened) or config.default_task)
    config, names = _weight_map(foreign, opened, tensors, config, task)
    _check_size(config, task, tensors)
    names.found(tensors, leave_out=leave_out)
    if spare := names.spare(tensors):
        warnings.warn(
            ImportRemark(f"left out: {', '.join(spare)}, which a {task} of this family does not use"), stacklevel=2
        )
    if task == "text_classifier":
        options = classifier_options(opened.config, tensors)
    elif task == "seq2seq_lm":
        options = {"start_id": _start_id(opened.config, config)}
    elif opened.kind == KERAS_HUB:
        options = read_head_options(opened.config_file.parent, task=task)
    if isinstance(tokenizer, (str, Path)):
        place = weights_path if tokenizer == FIND else Path(tokenizer)
        tokenizer = _tokenizer(opened, place, config, found=tokenizer == FIND)
        if task == "seq2seq_lm" and tokenizer is not None:
            options |= _source_start(tokenizer, place)
    if task in ("causal_lm", "seq2seq_lm"):
        options |= _more_stop_ids(opened, config, tokenizer)
    from .model_directory import build

    model = build(config, name=model_name(path, opened), task=task, tokenizer=tokenizer, options=options)
    total = len(model.weights)
    names.assign(model.weights, tensors, leave_out=leave_out, progress=lambda done: progress(done, total))
    return model


def model_name(path: Path, source: Source) -> str:
    """The name of the folder or file, reduced to letters, digits, dots, dashes and underscores.

    Example:
        >>> from types import SimpleNamespace
        >>> model_name(Path("models/all MiniLM (v2).bin"), SimpleNamespace(kind="llama2c"))
        'all_MiniLM_v2'
    """
    cached = path.absolute().parent
    if cached.name == SNAPSHOTS and cached.parent.name.startswith(CACHED):
        name = cached.parent.name.rpartition("--")[2]
    else:
        path = path.resolve()
        name = path.stem if source.kind == "llama2c" else path.name if path.is_dir() else path.parent.name
    cleaned = re.sub(r"[^\w.-]+", "_", name).strip("._")
    return cleaned or "imported"


def _read_config(source: Source) -> tuple[ModelConfig, SourceTensors]:
    """The configuration, and the weights under Hugging Face's names."""
    if source.kind == KERAS_HUB:
        return read_preset_config(source.config)[1], source.tensors
    if source.kind != "tf_checkpoint":
        return config_from_hugging_face(source.config), source.tensors
    config = checkpoint_configs().get(source.config_file.name, config_from_hugging_face)(source.config)
    rename = foreign_family(config).from_tf_name
    if rename is None:
        known = [name for name, foreign in foreign_families().items() if foreign.from_tf_name]
        raise UserError(unknown_name_message("family with TensorFlow checkpoints", config.family, known))
    return config, RenamedTensors(source.tensors, rename)


def _weight_map(
    foreign: ForeignFamily, source: Source, tensors: SourceTensors, config: ModelConfig, task: str
) -> tuple[ModelConfig, WeightMap]:
    """The configuration that fits the weights of the source, and the map of their names."""
    if source.kind == KERAS_HUB:
        hub, _ = read_preset_config(source.config)
        if task not in hub.tasks:
            known = " or a ".join(hub.tasks)
            raise UserError(f"KerasHub's {hub.backbone} alone is a {known}, without a head for a {task}")
        return config, hub.weight_map(config, task)
    config = foreign.fitted(config, task, tensors.names)
    return config, foreign.weight_map(config, task)


def _task(source: Source) -> str | None:
    if source.kind == KERAS_HUB:
        return source.tensors.task  # type: ignore[attr-defined]
    return None if source.kind == "tf_checkpoint" else task_of(source.config)


def _check_size(config: ModelConfig, task: str, tensors: SourceTensors) -> None:
    """Refuses a configuration that is far larger than its weights, before memory is allocated."""
    needed, held = config.parameter_count(task), tensors.size()
    if needed > 2 * held:  # twice: the output matrix may repeat the embedding
        raise UserError(
            f"the configuration needs {needed:,} numbers but the source has {held:,}: they do not belong together"
        )


def _start_id(values: Mapping[str, Any], config: ModelConfig) -> int:
    """The start token of targets; by default the padding token, as in T5's code."""
    found = values.get("decoder_start_token_id")
    found = values.get("pad_token_id") if found is None else found
    start = 0 if found is None else found
    if not isinstance(start, int) or isinstance(start, bool) or not 0 <= start < config.vocabulary_size:
        raise UserError(f"config.json: decoder_start_token_id must be a token's id, not {str(start)[:40]!r}")
    return start


def _more_stop_ids(source: Source, config: ModelConfig, tokenizer: "Tokenizer | None") -> dict[str, Any]:
    """The publisher's stop ids that are not the tokenizer's, as an option of the task."""
    generation = {} if source.kind == "llama2c" else read_generation_config(source.config_file.parent)
    known = () if tokenizer is None else tokenizer.stop_ids
    ids = [each for each in stop_ids(source.config, generation, config.vocabulary_size) if each not in known]
    return {"more_stop_ids": ids} if ids else {}


def _tokenizer(source: Source, place: Path, config: ModelConfig, *, found: bool) -> "Tokenizer | None":
    """The tokenizer, checked to fit the model; one that was named must exist."""
    if found and source.kind == "llama2c":
        return find_llama2c_tokenizer(place, vocabulary_size=config.vocabulary_size)
    if found and not place.is_dir():
        place = place.parent
    try:
        if found and source.kind == KERAS_HUB:
            tokenizer = find_keras_hub_tokenizer(place, family=config.family, rows=config.vocabulary_size)
        else:
            tokenizer = find_tokenizer(place, family=config.family)
    except UserError as error:
        hint = "; name another with --tokenizer, or import the weights alone: --tokenizer none" if found else ""
        raise UserError(f"{error}{hint}") from error
    if tokenizer is None and not found:
        raise UserError(f"{place} holds no tokenizer: name its folder or file")
    if tokenizer is not None:
        _tell_of_spare_rows(tokenizer.vocabulary_size, config.vocabulary_size)
    return tokenizer


def _source_start(tokenizer: "Tokenizer", place: Path) -> dict[str, int]:
    """The token that the tokenizer of an encoder-decoder puts before a source, as BERT's does, as an option."""
    fast = read_fast_tokenizer(place) if place.is_dir() else None
    if fast is None:
        begins = {"wordpiece": True, "bpe": tokenizer.add_start}
        return {"source_start_id": tokenizer.start_id} if begins.get(tokenizer.kind) else {}
    token = first_token(fast)
    if token is None:
        return {}
    if token not in tokenizer.tokens:
        raise UserError(f"{place}: sources begin with {token[:40]!r}, which is not in the vocabulary: copy it again")
    return {"source_start_id": tokenizer.tokens.index(token)}


def _tell_of_spare_rows(tokens: int, rows: int) -> None:
    """Warns if a matrix has more rows than the number of tokens rounded up to a multiple of 8 to 128."""
    if tokens < rows and all(rows != -(-tokens // multiple) * multiple for multiple in (8, 16, 32, 64, 128)):
        what = f"the tokenizer has {tokens:,} tokens but the model has {rows:,} rows: the others are never written"
        warnings.warn(ImportRemark(what), stacklevel=2)
