import pytest
from langzoo.layers.errors import UserError
from langzoo.zoo.export.staging import next_version, staged_folder


def test_next_version_is_one_above_the_highest_number(tmp_path):
    assert next_version(tmp_path / "none") == tmp_path / "none" / "1"
    for name in ("2", "10", "9x", ".11.99.part", "litert", "٣"):
        (tmp_path / name).mkdir()
    assert next_version(tmp_path) == tmp_path / "11"


def test_the_folder_appears_whole(tmp_path):
    with staged_folder(tmp_path / "a" / "1") as staging:
        (staging / "inner").mkdir()
        (staging / "inner" / "file").write_text("x")
        assert not (tmp_path / "a" / "1").exists()
    assert [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*"))] == [
        "a",
        "a/1",
        "a/1/inner",
        "a/1/inner/file",
    ]


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_a_failure_leaves_nothing_but_what_was_there(tmp_path, error):
    (tmp_path / "a").mkdir()
    with pytest.raises(error), staged_folder(tmp_path / "a" / "b" / "c" / "1") as staging:
        (staging / "file").write_text("x")
        raise error
    assert [path.name for path in tmp_path.rglob("*")] == ["a"]


def test_who_comes_second_does_not_overwrite(tmp_path):
    with pytest.raises(UserError, match=f"new version: {tmp_path}/2"), staged_folder(tmp_path / "1") as staging:
        (staging / "file").write_text("second")
        (tmp_path / "1").mkdir()
        (tmp_path / "1" / "file").write_text("first")
    assert (tmp_path / "1" / "file").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["1"]


def test_a_link_that_leads_nowhere_exists_too(tmp_path):
    (tmp_path / "1").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UserError, match="already exists"), staged_folder(tmp_path / "1"):
        pass
