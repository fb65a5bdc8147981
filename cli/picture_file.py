"""Writing plots to files."""

from pathlib import Path

from ..layers.plain.errors import UserError


def picture_format(out: Path | None) -> str:
    """Returns the format for a file name; raises UserError for a path that cannot be written, before any work."""
    from ..zoo.picture import FORMATS

    if out is None:
        return FORMATS[0]
    format = out.suffix.lower().removeprefix(".")
    if format not in FORMATS:
        raise UserError(f"--out {out}: a picture's name must end with .{', .'.join(FORMATS)}")
    if out.is_dir():
        raise UserError(f"--out {out} is a folder: name a file")
    if not out.parent.is_dir():
        raise UserError(f"--out {out}: there is no folder {out.parent}; make it first")
    return format


def write_picture(out: Path, picture: bytes) -> None:
    """Writes a picture, replacing an older one; raises UserError if the path cannot be written to."""
    from ..zoo.atomic_file import replacing

    try:
        with replacing(out) as temporary:
            temporary.write_bytes(picture)
    except OSError as error:
        raise UserError(f"--out {out}: {error.strerror}; name another place") from None
