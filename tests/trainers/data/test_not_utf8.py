import gzip
import re
import subprocess

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.data import check_text_files, read_text

LINES = "".join(f"line {number} of a text\n" for number in range(20_000))


@pytest.mark.parametrize(
    ("data", "line", "encoding"),
    [
        (LINES.encode() + "酒店很好\n".encode("gbk"), 20_001, "GBK"),
        ("酒店很好，".encode("gbk") * 1000, 1, "GBK"),
        ("猫\n".encode() + "café\n".encode("latin-1"), 2, "ENCODING"),
        ("text\n".encode("utf-16"), 1, "UTF-16"),
        (b"a\nb\nc \xe7\x8c", 3, "ENCODING"),
    ],
)
@pytest.mark.parametrize("compressed", [False, True])
def test_the_line_and_what_converts_it(data, line, encoding, compressed, tmp_path):
    path = tmp_path / ("a file.txt.gz" if compressed else "a file.txt")
    path.write_bytes(gzip.compress(data) if compressed else data)
    with pytest.raises(UserError) as caught:
        list(read_text([path]))
    message = str(caught.value)
    assert f" is not UTF-8 text: line {line}," in message and f"iconv -f {encoding} -t UTF-8" in message
    assert "\n" not in message
    if encoding != "ENCODING":
        subprocess.run(["bash", "-c", re.search("iconv .*", message)[0]], check=True)
        (made,) = set(tmp_path.iterdir()) - {path}
        check_text_files([made])
        text = data.decode("utf-16" if encoding == "UTF-16" else "gbk" if line == 1 else "utf-8", "replace")
        assert line > 1 or "".join(read_text([made])) == text
