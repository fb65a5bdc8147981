import json

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.task_request import TaskRequest, read_task_requests


def written(folder, content):
    path = folder / "tasks.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_keys_are_the_options_of_train(tmp_path):
    path = written(
        tmp_path,
        {
            "sst2": {"data": "a.tsv", "valid": ["b.tsv", "c.tsv"]},
            "names": {
                "task": "token_tagger",
                "data": ["d.csv"],
                "valid": "e.csv",
                "reader": "csv",
                "columns": {"words": "sentence"},
                "labels": ["O", "B-PER"],
                "metrics": "span_f1",
                "skip_bad": True,
                "set": {"task.head": "crf"},
            },
        },
    )
    assert read_task_requests(path) == {
        "sst2": TaskRequest(data=["a.tsv"], valid=["b.tsv", "c.tsv"]),
        "names": TaskRequest(
            data=["d.csv"],
            valid=["e.csv"],
            task="token_tagger",
            settings={
                "data.reader": "csv",
                "data.columns": {"words": "sentence"},
                "data.labels": ["O", "B-PER"],
                "data.skip_bad": True,
                "metrics": ["span_f1"],
                "task.head": "crf",
            },
        ),
    }


@pytest.mark.parametrize(
    "content, message",
    [
        ('{"a": {"data": "x"}, "a": {"data": "y"}}', "a name occurs twice"),
        ({"a": "x.tsv"}, "a must be an object such as"),
        ({"a": {"valid": "x"}}, "a names no files: give it data"),
        ({"a": {"data": "x", "colums": {}}}, "colums.*Did you mean columns"),
        ({"a": {"data": 3}}, "a: data must be a name or a list of names, not '3'"),
        ({"a": {"data": "x", "columns": "text"}}, "a: columns must be a dict, not 'text'"),
    ],
)
def test_bad_files(content, message, tmp_path):
    with pytest.raises(UserError, match=message) as error:
        read_task_requests(written(tmp_path, content))
    assert "\n" not in str(error.value)
