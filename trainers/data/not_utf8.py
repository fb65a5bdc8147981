"""The error for a file that is not UTF-8."""

import codecs
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from ...layers.plain.errors import UserError

_CHUNK = 1 << 16
_LOOKED_AT = 4096  # bytes, starting from the invalid one, from which the encoding is guessed
_BOMS = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}


def not_utf8(path: Path, open_binary: Callable[[Path], BinaryIO]) -> UserError:
    """Reports the line at which a file stops being UTF-8, and how to convert it.

    Args:
        path: path of the file.
        open_binary: opens the file, decompressing it.

    Example:
        >>> from pathlib import Path
        >>> _ = Path("a.txt").write_bytes("one\\n酒店\\n".encode("gbk"))
        >>> str(not_utf8(Path("a.txt"), lambda path: open(path, "rb")))
        'a.txt is not UTF-8 text: line 2, byte 0xbe is invalid; convert it: iconv -f GBK -t UTF-8 a.txt > a.utf8.txt'
    """
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    line, place, bad, head = 1, "", b"", b""
    with open_binary(path) as file:
        while chunk := file.read(_CHUNK):
            head = head or chunk[:2]
            try:
                line += decoder.decode(chunk).count("\n")
            except UnicodeDecodeError as error:
                data = bytes(error.object)
                line += data.count(b"\n", 0, error.start)
                place, bad = (
                    f", byte 0x{data[error.start]:02x} is invalid",
                    data[error.start :] + file.read(_LOOKED_AT),
                )
                break
        else:
            place = ", the file ends within a character"
    encoding = _BOMS.get(head) or ("GBK" if _is_gbk(bad) else "ENCODING")
    source, converted = shlex.quote(str(path)), shlex.quote(str(path.with_suffix(f".utf8{path.suffix}")))
    if path.suffix == ".gz":
        source, converted = f"<(zcat {source})", shlex.quote(str(path.with_suffix("")) + ".utf8")
    return UserError(
        f"{path} is not UTF-8 text: line {line}{place}; convert it: iconv -f {encoding} -t UTF-8 {source} > {converted}"
    )


def _is_gbk(data: bytes) -> bool:
    """Whether bytes are Chinese in GBK, as far as can be determined: valid pairs, some of them common."""
    try:
        codecs.getincrementaldecoder("gbk")().decode(data)
    except UnicodeDecodeError:
        return False
    # GB 2312, its older and smaller part, has no pair that contains a letter.
    common = data.decode("gb2312", "ignore")
    return b"\0" not in data and sum("\u4e00" <= character <= "\u9fff" for character in common) > 1
