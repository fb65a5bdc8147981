"""KerasHub presets: `config.json` with the class of a backbone, and `model.weights.h5`."""

import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ...layers.plain.did_you_mean import unknown_name_message
from ...layers.plain.errors import UserError
from ...layers.plain.read_file import check_regular_file
from ..import_remark import ImportRemark
from ..model_config import ModelConfig
from ..registry import config_class
from .foreign_families import foreign_families
from .foreign_keys import ForeignKeys, shown
from .keras_hub_family import MASKED_HEAD, KerasHubFamily
from .read_json import CONFIG_FILE, read_config
from .source import Source

KERAS_HUB = "keras_hub"
"""The kind of such a source."""
HUB_WEIGHTS_FILE = "model.weights.h5"
_SHARDS = "model.weights.json"
_TASK_FILE, _TASK_WEIGHTS_FILE = "task.json", "task.weights.h5"
_MAX_OBJECTS = 100_000  # in the file; a model of 100 blocks has 5,000
_POOLINGS = {"mean": "mean", "cls": "first_token"}
"""The pooling of an embedder -> ours."""
_MEND = "copy the whole folder again"
_MAX_REASON = 200


def is_keras_hub(folder: Path) -> bool:
    """Whether a folder contains the weights of a preset."""
    return any((folder / name).exists() for name in (HUB_WEIGHTS_FILE, _SHARDS))


def open_keras_hub(folder: Path) -> Source:
    """Opens a preset.

    Nothing named in `config.json` is imported: its class is looked up among those of our families, which are built from
    validated numbers. The weights file must contain as many bytes as it claims, without compression and without links
    to other files.

    Raises:
        UserError: an unknown family, an invalid configuration, or a damaged file.
    """
    values = read_config(folder)
    hub, config = read_preset_config(values)
    weights = folder / HUB_WEIGHTS_FILE
    if not weights.exists():
        raise UserError(f"{folder} holds weights in several files, {_SHARDS}, which are not read: save it as one")
    held = _count_numbers(weights)
    needed = config.parameter_count(hub.task)
    task, num_classes = _head(folder, hub, config)
    if needed > 2 * held:  # twice: as for other sources
        raise UserError(
            f"the configuration needs {needed:,} numbers but {weights} has {held:,}: they do not belong together"
        )
    model = build_hub_model(hub, config, task=task, num_classes=num_classes)
    if task == hub.task:
        _load(model.load_weights, weights)
    else:
        _load(model.backbone.load_weights, weights)
        _load(model.load_task_weights, folder / _TASK_WEIGHTS_FILE)
    return Source(KERAS_HUB, values, folder / CONFIG_FILE, hub.tensors(model, task=task))


def _head(folder: Path, hub: KerasHubFamily, config: ModelConfig) -> tuple[str, int]:
    """The task of a preset, and for a classifier the number of its classes; an unknown head is reported."""
    if not (folder / _TASK_FILE).exists():
        return hub.task, 0
    values = read_config(folder, name=_TASK_FILE)
    task = {name: task for task, name in hub.heads.items()}.get(str(values.get("class_name")), hub.task)
    if task == hub.task:
        if (folder / _TASK_WEIGHTS_FILE).exists():
            known, named = ", ".join(hub.heads.values()) or "none", shown(values.get("class_name"))
            warnings.warn(
                ImportRemark(f"{_TASK_WEIGHTS_FILE}, the head of a {named}, is left out; heads that are read: {known}"),
                stacklevel=2,
            )
        return task, 0
    held = _count_numbers(folder / _TASK_WEIGHTS_FILE)
    if task != "text_classifier":
        return task, 0
    keys = ForeignKeys(values.get("config") or {}, source=f"{_TASK_FILE}, config")
    keys.only("hidden_dim", getattr(config, "hidden_dim", None))
    keys.only("activation", "linear", "softmax")  # the logits are the same
    num_classes = keys.integer("num_classes")
    if num_classes > held:
        raise UserError(f"{_TASK_FILE} asks for {num_classes:,} classes, more than its weights hold: {_MEND}")
    return task, num_classes


def read_head_options(folder: Path, *, task: str) -> dict[str, Any]:
    """The options of a masked language model or a text encoder, as set by the class in a preset's `task.json`.

    Raises:
        UserError: an embedder with a pooling that is not supported.
    """
    if task == "masked_lm":
        return dict(MASKED_HEAD)
    values = read_config(folder, name=_TASK_FILE) if (folder / _TASK_FILE).exists() else {}
    if not str(values.get("class_name")).endswith("TextEmbedder"):
        return {}
    keys = ForeignKeys(values.get("config") or {}, source=f"{_TASK_FILE}, config")
    return {"pooling": keys.choice("pooling_mode", _POOLINGS, "mean"), "normalize": keys.flag("normalize", True)}


def read_preset_config(values: Mapping[str, Any]) -> tuple[KerasHubFamily, ModelConfig]:
    """The family of a preset, and its configuration.

    Args:
        values: the content of `config.json`.

    Raises:
        UserError: an unknown family, or an invalid configuration.
    """
    name, known = values.get("class_name"), dict(_hub_families())
    if not isinstance(name, str):
        raise UserError(f"{CONFIG_FILE}: class_name must be the name of a backbone of KerasHub, not {shown(name)}")
    if name not in known:
        raise UserError(unknown_name_message("backbone of KerasHub that is also a family here", name[:80], known))
    family, hub = known[name]
    return hub, hub.config(config_class(family), values.get("config"))


def build_hub_model(hub: KerasHubFamily, config: ModelConfig, *, task: str, num_classes: int = 0) -> Any:
    """Builds the KerasHub model for a configuration and a task of ours, with random weights.

    Args:
        hub: the family.
        config: our configuration.
        task: one of `hub.tasks`.
        num_classes: the number of classes of a classifier.

    Raises:
        UserError: KerasHub has no such model.
    """
    arguments = hub.arguments(config)
    import keras_hub

    backbone = getattr(keras_hub.models, hub.backbone)(**arguments, dtype="float32")
    if task == hub.task:
        return backbone
    options = {"num_classes": num_classes, "dropout": arguments["dropout"]} if task == "text_classifier" else {}
    return getattr(keras_hub.models, hub.heads[task])(backbone=backbone, preprocessor=None, **options)


def _hub_families() -> Iterator[tuple[str, tuple[str, KerasHubFamily]]]:
    for family, foreign in foreign_families().items():
        for hub in foreign.keras_hub:
            yield hub.backbone, (family, hub)


def _load(load: Callable[[Path], Any], path: Path) -> None:
    try:
        with warnings.catch_warnings():
            # Weights missing from the file would stay random.
            warnings.filterwarnings("error", message="Skipping nested container")
            load(path)
    except MemoryError:
        raise
    except Exception as error:  # Keras and libhdf5 raise all kinds of errors
        raise UserError(f"{path} does not hold the weights of its {CONFIG_FILE} ({_reason(error)}): {_MEND}") from error


def _count_numbers(path: Path) -> int:
    """The number of values in the file; UserError if it is damaged, or claims to contain more than it does."""
    check_regular_file(path, mend=_MEND)
    import h5py

    try:
        with h5py.File(path, "r") as file:
            sizes = [(dataset.size, dataset.nbytes) for dataset in _datasets(file, path)]
    except UserError:
        raise
    except Exception as error:  # libhdf5 raises all kinds of errors
        raise UserError(f"{path} is not a Keras weights file, or is damaged ({_reason(error)}): {_MEND}") from error
    if sum(size for _, size in sizes) > path.stat().st_size:
        raise UserError(f"{path} says that it holds more than its size: {_MEND}")
    return sum(count for count, _ in sizes)


def _datasets(file: Any, path: Path) -> Iterator[Any]:
    import h5py

    found, groups = 0, [file]
    while groups:
        group = groups.pop()
        for name in group:
            found += 1
            if found > _MAX_OBJECTS:
                raise UserError(f"{path} holds over {_MAX_OBJECTS:,} objects, which no model has: {_MEND}")
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise UserError(f"{path}: {shown(name)} is a link to another place, which is not followed: {_MEND}")
            each = group[name]
            if isinstance(each, h5py.Group):
                groups.append(each)
            elif not isinstance(each, h5py.Dataset) or each.dtype.kind not in "fiuV":
                raise UserError(f"{path}: {shown(name)} holds no numbers: {_MEND}")
            elif each.external or each.is_virtual or each.id.get_storage_size() < each.nbytes:
                raise UserError(
                    f"{path}: {shown(name)} is compressed, or lies elsewhere, which Keras does not write: {_MEND}"
                )
            else:
                yield each


def _reason(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:_MAX_REASON]
