"""The part of an export's manifest that is used, with its validation. Needs no TensorFlow."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Annotated, Any

import pydantic

from ..layers.plain.errors import UserError

MAX_NAME = 200  # characters


def _printable(name: str) -> str:
    if not name.isprintable():
        raise ValueError("must have printable characters only")
    return name


def _inside(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\0" in name:
        raise ValueError("names a file outside its folder: do not trust this export")
    return name


_BOUNDED = pydantic.StringConstraints(min_length=1, max_length=MAX_NAME)
Name = Annotated[str, _BOUNDED, pydantic.AfterValidator(_printable)]
FileName = Annotated[str, pydantic.StringConstraints(min_length=1, max_length=4096), pydantic.AfterValidator(_inside)]


class _Part(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(strict=True, allow_inf_nan=False)


class _FileEntry(_Part):
    """A file: its SHA-256 in hexadecimal and its size in bytes."""

    sha256: str
    bytes: pydantic.NonNegativeInt


FileEntry = _FileEntry


class _TensorEntry(_Part):
    """A tensor: its type and its shape, open dimensions null."""

    dtype: Name
    shape: list[pydantic.NonNegativeInt | None]


class _SignatureEntry(_Part):
    """A signature: its inputs and outputs by name."""

    inputs: dict[Name, _TensorEntry]
    outputs: dict[Name, _TensorEntry]


class _TokenizerEntry(_Part):
    """A tokenizer: its kind, its options, and the ids that callers need."""

    kind: Name
    options: dict[str, Any]
    vocabulary_size: pydantic.PositiveInt
    start_id: pydantic.NonNegativeInt
    end_id: pydantic.NonNegativeInt
    stop_ids: list[pydantic.NonNegativeInt]
    mask_id: pydantic.NonNegativeInt | None = None
    unknown_id: pydantic.NonNegativeInt | None = None
    add_start: bool = True


class ExportManifest(_Part):
    """The fields of every export's manifest; an exporter adds fields, and a manifest may have more."""

    name: Name
    task: Name
    family: Name
    options: dict[str, Any]
    config: dict[str, Any]
    signatures: dict[Name, _SignatureEntry]
    tokenizer: _TokenizerEntry

    @classmethod
    def check(cls, manifest: Mapping[str, Any], place: str) -> None:
        """Checks that a manifest has the required fields, with valid types and within bounds.

        Args:
            manifest: the JSON object.
            place: the file, for messages.

        Raises:
            UserError: it has not; the message names the field.
        """
        try:
            ids = cls.model_validate(manifest).tokenizer
        except pydantic.ValidationError as error:
            fault = error.errors(include_url=False)[0]
            field = ".".join(str(part)[:60] for part in fault["loc"])
            reason = fault["msg"].removeprefix("Value error, ").replace("Input should", "must")
            raise UserError(f"{place} is damaged ({field}: {reason}): export the model again") from None
        if max(ids.start_id, ids.end_id, ids.mask_id or 0, ids.unknown_id or 0, *ids.stop_ids) >= ids.vocabulary_size:
            raise UserError(f"{place} is damaged (tokenizer: an id beyond its vocabulary): export the model again")
