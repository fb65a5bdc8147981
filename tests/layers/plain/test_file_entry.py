import hashlib

import pytest
from langzoo.layers.plain.file_entry import file_entry, sha256_of


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1])
def test_a_file_is_hashed_whole_whatever_its_size(size, tmp_path):
    data = bytes(range(256)) * (size // 256 + 1)
    (tmp_path / "file").write_bytes(data[:size])
    assert file_entry(tmp_path / "file") == {"sha256": hashlib.sha256(data[:size]).hexdigest(), "bytes": size}


def test_the_first_bytes_alone(tmp_path):
    (tmp_path / "file").write_bytes(b"model" + b"archive")
    assert sha256_of(tmp_path / "file", first=5) == hashlib.sha256(b"model").hexdigest()
