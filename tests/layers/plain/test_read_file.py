import os
import socket

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.plain.read_file import read_file


def test_a_file_and_a_link_to_one(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    (tmp_path / "link").symlink_to("a")
    assert read_file(tmp_path / "a", max_bytes=3) == read_file(tmp_path / "link", max_bytes=3) == b"abc"
    with pytest.raises(UserError, match="larger than 2 bytes"):
        read_file(tmp_path / "a", max_bytes=2)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("fifo", "is a FIFO"),
        ("socket", "is a socket"),
        ("device", "is a device"),
        ("folder", "is a folder"),
        ("loop", "is a loop of links"),
        ("dangling", "is a link to a file that is not there"),
        ("nothing", "is missing"),
        ("nu\0l", "cannot be the name of a file"),
        ("half \ud83d", "cannot be the name of a file"),
    ],
)
def test_what_is_no_regular_file_is_named_and_never_opened(tmp_path, monkeypatch, name, words):
    monkeypatch.chdir(tmp_path)  # the names of sockets are short
    os.mkfifo("fifo")
    socket.socket(socket.AF_UNIX).bind("socket")
    for link, target in {"device": "/dev/zero", "loop": "loop", "dangling": "nowhere"}.items():
        os.symlink(target, link)
    os.mkdir("folder")
    with pytest.raises(UserError, match=words):
        read_file(name, max_bytes=10)
