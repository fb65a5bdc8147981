"""The summary of a run, read from its files. Importing this loads no TensorFlow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..layers.plain.read_json import read_json
from ..zoo.model_directory import read_description
from ..zoo.registry import config_class
from .run_metrics import MAX_DESCRIPTION_BYTES, TRAINING_FILE, metrics_of_weights, read_metrics

_COLUMNS = ("val_loss", "val_perplexity", "val_bits_per_byte")
_VALIDATION = "val_"


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """The summary of a run, for comparison with others.

    Attributes:
        run: its folder, as given.
        model: the name of its model.
        task: the task of the model.
        parameters: number of parameters of the model.
        step: the last step with metrics; None for a run without metrics.
        seconds: training time until then; None if not known.
        loss: validation loss of the weights that the run keeps, as are the next three; None without validation.
        perplexity: None if it has none.
        bits_per_byte: the loss in bits over the bytes of the text, comparable between tokenizers.
        metrics: other metrics of that validation, by name.
        records: the records of all intervals.
        validated_on: the validation files.
        validation_key: digest of what the model reads from them, "" if not known.

    Example:
        >>> RunSummary.read("runs/mine").bits_per_byte
        1.57
    """

    run: str
    model: str
    task: str
    parameters: int
    step: int | None
    seconds: float | None
    loss: float | None
    perplexity: float | None
    bits_per_byte: float | None
    metrics: Mapping[str, float | None]
    records: Sequence[Mapping[str, Any]]
    validated_on: tuple[str, ...]
    validation_key: str

    @classmethod
    def read(cls, run: str | Path) -> "RunSummary":
        """Reads the summary of a run directory.

        Raises:
            UserError: no run directory, or a damaged file in it.
        """
        folder = Path(run)
        described, records, kept = read_description(folder), read_metrics(folder), metrics_of_weights(folder) or {}
        last = records[-1] if records else {}
        files, key = _validation_data(folder)
        loss, perplexity, bits_per_byte = (kept.get(name) for name in _COLUMNS)
        return cls(
            run=str(run),
            model=described["name"],
            task=described["task"],
            parameters=described_parameters(described),
            step=last.get("step"),
            seconds=last.get("seconds"),
            loss=loss,
            perplexity=perplexity,
            bits_per_byte=bits_per_byte,
            metrics={
                name.removeprefix(_VALIDATION): value
                for name, value in kept.items()
                if name.startswith(_VALIDATION) and name not in _COLUMNS
            },
            records=records,
            validated_on=files,
            validation_key=key,
        )

    def same_text(self, other: "RunSummary") -> bool:
        """Whether both were validated on the same text, as far as their files show."""
        if self.same_tokens(other):
            return True
        first, second = ({str(Path(file).resolve()) for file in each.validated_on} for each in (self, other))
        return first == second

    def same_tokens(self, other: "RunSummary") -> bool:
        """Whether both read the same tokens in validation, so that losses and perplexities are comparable."""
        return self.validation_key == other.validation_key


def described_parameters(described: Mapping[str, Any]) -> int:
    """The number of parameters of a model whose `config.json` was read.

    Args:
        described: the result of `read_description`.
    """
    count = described.get("parameters")  # with the head as built, for its number of classes
    if isinstance(count, int):
        return count
    return config_class(described["family"]).from_dict(described["config"]).parameter_count()


def _validation_data(folder: Path) -> tuple[tuple[str, ...], str]:
    """The files of `training.json`, read without its settings, so that those of older versions are read, too."""
    path = folder / TRAINING_FILE
    held = read_json(path, max_bytes=MAX_DESCRIPTION_BYTES, mend="put it back") if path.is_file() else {}
    files, digests = held.get("valid"), held.get("digests")
    key = digests.get("valid") if isinstance(digests, dict) else ""
    names = tuple(map(str, files)) if isinstance(files, list) else ()
    return names, key if isinstance(key, str) else ""
