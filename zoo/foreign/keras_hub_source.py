"""Presets of KerasHub: `config.json` with a backbone's class, and `model.weights.h5`."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ...layers.plain.did_you_mean import unknown_name_message
from ...layers.plain.errors import UserError
from ...layers.plain.read_file import check_regular_file
from ..model_config import ModelConfig
from ..registry import config_class
from .foreign_families import foreign_families
from .foreign_keys import shown
from .hub_tensors import HubTensors
from .keras_hub_family import KerasHubFamily
from .read_json import CONFIG_FILE, read_config
from .source import Source

KERAS_HUB = "keras_hub"
"""The kind of such a source."""
HUB_WEIGHTS_FILE = "model.weights.h5"
_SHARDS = "model.weights.json"
_MAX_OBJECTS = 100_000  # in the file; a model of 100 blocks has 5,000
_MEND = "copy the whole folder again"
_MAX_REASON = 200


def is_keras_hub(folder: Path) -> bool:
    """Whether a folder holds the weights of a preset."""
    return any((folder / name).exists() for name in (HUB_WEIGHTS_FILE, _SHARDS))


def open_keras_hub(folder: Path) -> Source:
    """Opens a preset.

    Nothing that `config.json` names is imported: its class is looked up among those of our families, which are built
    from numbers that were checked. The file of weights must hold as many bytes as it says, without compression and
    without links to other files.

    Raises:
        UserError: a family that is not here, an impossible configuration, or a damaged file.
    """
    values = read_config(folder)
    hub, config = read_preset_config(values)
    weights = folder / HUB_WEIGHTS_FILE
    if not weights.exists():
        raise UserError(f"{folder} holds weights in several files, {_SHARDS}, which are not read: save it as one")
    held = _count_numbers(weights)
    needed = config.parameter_count(hub.task)
    if needed > 2 * held:  # twice: as where other sources are read
        raise UserError(
            f"the configuration asks for {needed:,} numbers where {weights} holds {held:,}: they do not belong together"
        )
    return Source(KERAS_HUB, values, folder / CONFIG_FILE, HubTensors(_load(hub, config, weights)))


def read_preset_config(values: Mapping[str, Any]) -> tuple[KerasHubFamily, ModelConfig]:
    """The family of a preset, and its configuration.

    Args:
        values: what `config.json` holds.

    Raises:
        UserError: a family that is not here, or an impossible configuration.
    """
    name, known = values.get("class_name"), dict(_hub_families())
    if not isinstance(name, str):
        raise UserError(f"{CONFIG_FILE}: class_name must be the name of a backbone of KerasHub, not {shown(name)}")
    if name not in known:
        raise UserError(unknown_name_message("backbone of KerasHub that is also a family here", name[:80], known))
    family, hub = known[name]
    return hub, hub.config(config_class(family), values.get("config"))


def build_hub_backbone(hub: KerasHubFamily, config: ModelConfig) -> Any:
    """The backbone of KerasHub for a configuration of ours, with random weights.

    Raises:
        UserError: KerasHub has no such model.
    """
    arguments = hub.arguments(config)
    import keras_hub

    return getattr(keras_hub.models, hub.backbone)(**arguments, dtype="float32")


def _hub_families() -> Iterator[tuple[str, tuple[str, KerasHubFamily]]]:
    for family, foreign in foreign_families().items():
        for hub in foreign.keras_hub:
            yield hub.backbone, (family, hub)


def _load(hub: KerasHubFamily, config: ModelConfig, path: Path) -> Any:
    backbone = build_hub_backbone(hub, config)
    try:
        backbone.load_weights(path)
    except MemoryError:
        raise
    except Exception as error:  # Keras and libhdf5 raise whatever they come upon
        raise UserError(f"{path} does not hold the weights of its {CONFIG_FILE} ({_reason(error)}): {_MEND}") from error
    return backbone


def _count_numbers(path: Path) -> int:
    """How many numbers the file holds; UserError where it is damaged, or says that it holds more than it does."""
    check_regular_file(path, mend=_MEND)
    import h5py

    try:
        with h5py.File(path, "r") as file:
            sizes = [(dataset.size, dataset.nbytes) for dataset in _datasets(file, path)]
    except UserError:
        raise
    except Exception as error:  # libhdf5 raises whatever it comes upon
        raise UserError(f"{path} is no file of Keras' weights, or damaged ({_reason(error)}): {_MEND}") from error
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
