"""Every file that is read from disk, changed in every way: one line, bounded time and memory, nothing half written."""

import hashlib
import io
import json
import zipfile
import zlib

import pytest

from tests.attack import places
from tests.attack.attacked_process import AttackedProcess
from tests.attack.mutations import copy_of, mutations

SAMPLE = 25  # mutated files in the default suite
WHOLE = 5_000
MAKERS = ("run", "models", "hugging_face", "checkpoints", "texts", "exports")


def make(base, makers):
    made = []
    for name in makers:
        (base / name).mkdir(exist_ok=True)
        found = getattr(places, name)(base / name)
        made += found if isinstance(found, list) else [found]
    return made


def with_right_hashes(folder):
    """Makes the manifest of an export agree with its files again, as whoever wants to deceive does."""
    path = folder / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        for name, entry in manifest["files"].items():
            data = (folder / name).read_bytes() if (folder / name).is_file() else b""
            entry |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        path.write_text(json.dumps(manifest), encoding="utf-8")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass


def with_right_hash(path):
    """The same for a `.tflite` file, whose manifest is in the archive behind the model."""
    data = path.read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = {info.filename: archive.read(info) for info in archive.infolist()}
            start = min(info.header_offset for info in archive.infolist())
        manifest = json.loads(entries["manifest.json"])
        manifest["model"] = {"bytes": start, "sha256": hashlib.sha256(data[:start]).hexdigest()}
        entries["manifest.json"] = json.dumps(manifest).encode()
    except (zipfile.BadZipFile, zlib.error, ValueError, KeyError, TypeError, RuntimeError, EOFError):
        return
    path.write_bytes(data[:start])
    with zipfile.ZipFile(path, "a") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)


def left_behind(folder):
    return [path.name for path in folder.rglob("*") if path.name.endswith((".part", ".lock"))]


def attack(made, scratch, count):
    """Changes `count` files, each place and each of its files in turn; returns what went wrong."""
    faults, process = [], AttackedProcess()
    streams = {
        (place.name, name): mutations(place.folder / name, seed=f"{place.name} {name}")
        for place in made
        for name in place.files
    }
    turns = [(place, name) for place in made for name in place.files]
    turns.sort(key=lambda turn: hashlib.sha256(f"{turn[0].name} {turn[1]}".encode()).hexdigest())
    try:
        for number in range(count):
            place, name = turns[number % len(turns)]
            copy = copy_of(place.folder, scratch / "copy")
            change_name, change = next(streams[place.name, name])
            change(copy / name)
            small = (copy / name).is_file() and (copy / name).stat().st_size < 10**8
            if small and number % 2 and place.name == "saved_model" and name != "manifest.json":
                with_right_hashes(copy)
            if small and number % 2 and place.name == "litert":
                with_right_hash(copy / name)
            new = scratch / f"new{number}"
            for line in place.lines(copy, new):
                answer = process.run(*line)
                if answer.code is None:  # What hangs does so again; what a busy machine held up does not.
                    answer = process.run(*line)
                fault = answer.fault()
                if fault is None and answer.code and new.exists():
                    fault = f"left {new.name} although it was refused"
                if fault is None and left_behind(scratch):
                    fault = f"left {left_behind(scratch)}"
                if fault is not None:
                    faults.append(f"{place.name}/{name} {change_name}: {line[0]}: {fault}")
    finally:
        process.close()
    return faults


def test_a_sample_of_changed_files(tmp_path):
    made = make(tmp_path, MAKERS[:-1])
    (tmp_path / "scratch").mkdir()
    assert attack(made, tmp_path / "scratch", SAMPLE) == []


@pytest.mark.attack
def test_five_thousand_changed_files(tmp_path):
    made = make(tmp_path, MAKERS)
    (tmp_path / "scratch").mkdir()
    faults = attack(made, tmp_path / "scratch", WHOLE)
    (tmp_path / "faults.txt").write_text("\n".join(faults))
    assert faults == []
