"""Ways in which a file can be other than it was written."""

import functools
import json
import os
import random
import shutil
import socket

DEEP = 100_000


def mutations(path, *, seed):
    """(name, change) pairs that suit the file `path`, in a random order, without end; a change alters a file, once."""
    chance = random.Random(seed)
    plain = [_named(change) for change in (*PLACES, *BYTES)]
    kinds = [*plain, *plain]
    if _is_json(path):
        kinds += [_named(change) for change in OBJECTS for _ in range(12)]
    while True:
        chance.shuffle(kinds)
        for name, change in kinds:
            draw = chance.randrange(2**32)
            yield f"{name}-{draw}", functools.partial(_drawn, change, draw)


def _drawn(change, draw, path):
    change(path, random.Random(draw))


def _named(change):
    return change.__name__, change


def _is_json(path):
    try:
        json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return False
    return True


# What stands in the file's place.


def gone(path, chance):
    path.unlink()


def a_folder(path, chance):
    path.unlink()
    path.mkdir()


def a_fifo(path, chance):
    path.unlink()
    os.mkfifo(path)


def a_socket(path, chance):
    path.unlink()
    here = os.open(".", os.O_RDONLY)
    try:
        os.chdir(path.parent)  # the names of sockets are short
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.fchdir(here)
        os.close(here)


def a_link_to_itself(path, chance):
    path.unlink()
    path.symlink_to(path.name)


def a_link_to_nothing(path, chance):
    path.unlink()
    path.symlink_to("nowhere")


def a_link_to_a_device(path, chance):
    path.unlink()
    path.symlink_to(chance.choice(["/dev/zero", "/dev/null", "/dev/tty"]))


def a_huge_sparse_file(path, chance):
    os.truncate(path, chance.choice([2**31, 60 * 10**9]))


PLACES = (gone, a_folder, a_fifo, a_socket, a_link_to_itself, a_link_to_nothing, a_link_to_a_device, a_huge_sparse_file)


# Its bytes.


def empty(path, chance):
    path.write_bytes(b"")


def cut(path, chance):
    os.truncate(path, chance.randrange(path.stat().st_size or 1))


def cut_at_a_line_end(path, chance):
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: chance.randrange(len(lines) or 1)]))


def longer(path, chance):
    with open(path, "ab") as file:
        file.write(chance.randbytes(chance.choice([1, 100, 10_000])))


def other_bytes(path, chance):
    data = bytearray(path.read_bytes())
    for _ in range(chance.choice([1, 1, 10, 100])):
        if data:
            data[chance.randrange(len(data))] = chance.randrange(256)
    path.write_bytes(data)


def zeros_within(path, chance):
    data = bytearray(path.read_bytes())
    start = chance.randrange(len(data) or 1)
    length = chance.choice([1, 16, 512])
    data[start : start + length] = bytes(min(length, len(data) - start))
    path.write_bytes(data)


def lines_in_another_order(path, chance):
    lines = path.read_bytes().splitlines(keepends=True)
    chance.shuffle(lines)
    path.write_bytes(b"".join(lines))


def a_line_twice(path, chance):
    lines = path.read_bytes().splitlines(keepends=True) or [b""]
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))
    path.write_bytes(b"".join(lines))


def other_text(path, chance):
    texts = [
        b"[" * DEEP,
        b'{"a":' * DEEP,
        b"1" * 5000,
        b"[]",
        b"{}",
        b"null",
        b'"text"',
        b"\xff\xfe\x00\x01",
        b"\0" * 100,
        "猫\n".encode("gbk"),
        b"\xef\xbb\xbf",
        b"\n" * 1000,
        b"\x1b[2J\x07",
        b"\x80\x04\x95.",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
        b"a" * 2_000_000,
        b"\x1f\x8b" + bytes(100),
    ]
    path.write_bytes(chance.choice(texts))


BYTES = (
    empty,
    cut,
    cut_at_a_line_end,
    longer,
    other_bytes,
    zeros_within,
    lines_in_another_order,
    a_line_twice,
    other_text,
)

# What its JSON says.

VALUES = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 10**30, 1e-46, 1e308, 0.5),
    *([], {}, [1], [None], {"a": 1}, ["a"], [[]]),
    *("", " ", "a", "../../etc/passwd", "/etc/passwd", "x" * 5000, "a\nb", "猫"),
    *("\x1b[2J\x07", "\ud800", "nu\0l", "\u202e"),
)


def _walk(value, place=()):
    yield place
    if isinstance(value, dict):
        for key in value:
            yield from _walk(value[key], (*place, key))
    elif isinstance(value, list):
        for index in range(min(len(value), 20)):
            yield from _walk(value[index], (*place, index))


def _change(path, chance, change):
    value = json.loads(path.read_text(encoding="utf-8"))
    places = [place for place in _walk(value) if place]
    if not places:
        return
    *parents, last = chance.choice(places)
    inner = value
    for part in parents:
        inner = inner[part]
    change(inner, last)
    path.write_text(json.dumps(value), encoding="utf-8")


def another_value(path, chance):
    _change(path, chance, lambda inner, key: inner.__setitem__(key, chance.choice(VALUES)))


def without_a_value(path, chance):
    _change(path, chance, lambda inner, key: inner.__delitem__(key))


def one_more_value(path, chance):
    def add(inner, key):
        if isinstance(inner, dict):
            inner[chance.choice(["more", "", "\x1b[2J", f"{key}s", "x" * 5000])] = chance.choice(VALUES)
        else:
            inner.append(chance.choice(VALUES))

    _change(path, chance, add)


def a_number_out_of_range(path, chance):
    """Text of its own: Python writes no such numbers."""
    text = path.read_text(encoding="utf-8")
    digits = [index for index, character in enumerate(text) if character.isdigit()]
    if digits:
        at = chance.choice(digits)
        number = chance.choice(["1" * 5000, "1e999", "-1e999", "NaN", "Infinity", "0x10", "1_0", "00"])
        path.write_text(text[:at] + number + text[at + 1 :], encoding="utf-8")


OBJECTS = (another_value, without_a_value, one_more_value, a_number_out_of_range)


def copy_of(folder, target):
    """A fresh copy to change, as it was."""
    if target.exists():
        shutil.rmtree(target)
    return shutil.copytree(folder, target)
