import json

import pytest
from langzoo.trainers.data.readers import READERS

ANSWER = {"text": "猫", "answer_start": 4}


@pytest.mark.parametrize("escaped", [False, True])
def test_questions_have_their_lines_whatever_their_ids_are(escaped, write):
    ids = [278034, "问-2", 9]
    asked = [{"id": name, "question": "Who sat?", "answers": [ANSWER]} for name in ids]
    whole = {"data": [{"paragraphs": [{"context": "The 猫 sat.", "qas": asked}]}]}
    text = json.dumps(whole, ensure_ascii=escaped, indent=1)
    expected = [number for number, line in enumerate(text.split("\n"), start=1) if '"id"' in line]
    found = list(READERS["squad"](["question", "context", "answers", "id"]).records([write(text)]))
    assert [record.line for record in found] == expected
    assert [record.values["id"] for record in found] == [str(name) for name in ids]
