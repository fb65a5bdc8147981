"""Every reader with every fault of its kind: one line with file, line and column; or counted and passed over."""

import gzip
import json
import os

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.data.readers import READERS, check_reader_options
from langzoo.trainers.data.readers import reader as reader_module

from tests.trainers.data.readers.reading import assert_told_or_skipped as told_or_skipped
from tests.trainers.data.readers.reading import read as read_columns

TABLE, TAGGED = ["text", "label"], ["words", "tags"]
SAMPLE = "the cat\tgood\r\n\n猫 sat\tbad\n"
ANSWER = {"text": "猫", "answer_start": 4}


def squad(context="The 猫 sat.", **question):
    asked = {"id": "q1", "question": "Who sat?", "answers": [ANSWER], **question}
    return json.dumps({"data": [{"paragraphs": [{"context": context, "qas": [asked]}]}]}, ensure_ascii=False, indent=1)


SEMEVAL = '1\t"A <e1>猫</e1> in a <e2>box</e2>."\r\nContent-Container(e1,e2)\r\nComment:\r\n\r\n'

# Reader -> columns, a file of its format, and line and values of each of its records.
GOOD = {
    "cluener": (
        TAGGED,
        '{"text": "在北京", "label": {"address": {"北京": [[1, 2]]}}}\n',
        [(1, ("在", "北", "京"), ("O", "B-address", "I-address"))],
    ),
    "conll": (
        TAGGED,
        "-DOCSTART- -X- O\n\n# id 1\n猫 NN B-CAT\nsat VB O\n\n# DT B-SIGN\n",
        [(4, ("猫", "sat"), ("B-CAT", "O")), (7, ("#",), ("B-SIGN",))],
    ),
    "csv": (
        TABLE,
        'text,label\r\n"the ""cat"",\r\nsat",good\r\n\n猫,bad\n',
        [(2, 'the "cat",\nsat', "good"), (5, "猫", "bad")],
    ),
    "jsonl": (
        TABLE,
        '{"text": "the cat", "label": 3}\n\n{"label": true, "text": "猫"}\n',
        [(1, "the cat", "3"), (3, "猫", "true")],
    ),
    "lines": (["text"], SAMPLE, [(1, "the cat\tgood"), (3, "猫 sat\tbad")]),
    "pairs": (["source", "target"], SAMPLE, [(1, "the cat", "good"), (3, "猫 sat", "bad")]),
    "semeval2010": (TABLE, SEMEVAL, [(1, "A <e1>猫</e1> in a <e2>box</e2>.", "Content-Container(e1,e2)")]),
    "slots": (
        [*TAGGED, "intent"],
        "play O\n猫 B-song\nPlayMusic\n\n",
        [(1, ("play", "猫"), ("O", "B-song"), "PlayMusic")],
    ),
    "squad": (["question", "context", "answers", "id"], squad(), [(9, "Who sat?", "The 猫 sat.", (("猫", 4),), "q1")]),
    "tsv": (TABLE, SAMPLE, [(1, "the cat", "good"), (3, "猫 sat", "bad")]),
}
OTHERWISE = {"folders", "parallel", "parquet", "trec"}  # of several files, or binary: below

# Reader, a file, and what is said of its first bad record; the sample of the reader goes before or after it.
BAD = [
    ("tsv", "text\tlabel\na\tb\nc\n", "a.txt: line 3 has 1 columns, not 2, separated by tabs"),
    ("tsv", "text\tlabel\na\tb\n\t \n", "a.txt: line 3, column text is empty"),
    ("tsv", "text\tlabel\na\tb\na\t \n", "a.txt: line 3, column label is empty"),
    ("tsv", "text\tlabel\na\tb\ntext\tlabel\n", "a.txt: line 3 repeats the first line"),
    ("csv", "text,label\na,b\nc\n", "a.txt: line 3 has 1 columns, not 2, separated by commas"),
    ("csv", 'text,label\na,b\n"\n",b\n', "a.txt: line 3, column text is empty"),
    ("csv", 'text,label\na,b\nx,"open\nmore,lines\n', "a.txt: line 3 has a quote that is not closed"),
    ("csv", 'text,label\na,b\n"one\ntwo",x,"open\nmore,lines\n', "a.txt: line 4 has a quote that is not closed"),
    ("csv", 'text,label\na,b\n"x"y,b\n', "a.txt: line 3 is not CSV: ',' expected after '\"'"),
    ("csv", "text,label\na,b\ntext,label\n", "a.txt: line 3 repeats the first line"),
    ("jsonl", '{"text": "a", "label": 1}\n{"text": "b"\n', "line 2 of a.txt is damaged, it is not JSON"),
    ("jsonl", '{"text": "a", "label": 1}\n["b"]\n', "line 2 of a.txt is damaged, it must hold a JSON object"),
    ("jsonl", '{"text": "a", "label": 1}\n{"text": "b"}\n', "a.txt: line 2 has no label"),
    ("jsonl", '{"text": "a", "label": 1}\n{"text": " ", "label": 1}\n', "a.txt: line 2, column text is empty"),
    ("jsonl", '{"text": "a", "label": 1}\n{"text": {}, "label": 1}\n', "a.txt: line 2, column text holds neither"),
    ("jsonl", '{"text": "a", "label": 1}\n{"text": ' + "[" * 99 + "]" * 99 + "}\n", "nested deeper than 64"),
    ("jsonl", '{"text": "a", "label": 1}\n{"text": ' + "[" * 99_999 + "\n", "nested deeper than 64"),
    ("jsonl", '{"text": "a", "label": 1}\n{"text": ' + "9" * 5000 + "}\n", "an integer of 5,000 digits"),
    ("jsonl", '{"text": "a", "label": 1}\n{"text": "\\ud800", "label": 1}\n', "half of a surrogate pair"),
    ("pairs", "a\tb\nalone\n", "a.txt: line 2 is not a pair: it must be a source, a tab and a target"),
    ("pairs", "a\tb\na\t \n", "a.txt: line 2 is not a pair"),
    ("conll", "a O\nb\n\nc O\n", "a.txt: line 2 has no tag"),
    ("conll", "a O\nb X O\n\nc O\n", "a.txt: line 2 has 3 columns, not 2"),
    ("conll", "a\nb\n\nc O\n", "a.txt: line 1 has no tag"),
    ("conll", "a O\nb I-X\n\nc B-X\n", "a.txt: line 2 has the tag 'I-X' after 'O': in bio it must follow B-X or I-X"),
    ("conll", "a B-X\nb I-Y\n\nc O\n", "a.txt: line 2 has the tag 'I-Y' after 'B-X'"),
    ("conll", "a B-X\nb M-X\n\nc O\n", "a.txt: line 2 has the end after 'M-X': in bmes a span that B begins must end"),
    ("conll", "a B-X\nb O\n\nc S-X\n", "a.txt: line 2 has the tag 'O' after 'B-X': in bioes a span that B begins must"),
    (
        "conll",
        "a O\nb PERSON\n\nc O\n",
        "a.txt: line 2 has 'PERSON', which is no tag of bio: they are O, B-NAME, I-NAME",
    ),
    ("slots", "a O\nb O\n\nc O\nIntent\n\n", "a.txt: line 2 ends an utterance without its intent"),
    ("slots", "a O\nI\nb O\n\nc O\nIntent\n\n", "a.txt: line 3 is neither a word with its slot nor the intent"),
    ("slots", "a O\nb I-x\nI\n\nc O\nIntent\n\n", "a.txt: line 2 has the tag 'I-x' after 'O'"),
    ("slots", "BOS a EOS\tO O I\nBOS b EOS\tO I\n", "a.txt: line 2 has 3 words and 2 tags"),
    ("slots", "BOS a EOS\tO O I\nb EOS\tO I\n", "a.txt: line 2 is not between BOS and EOS"),
    ("cluener", GOOD["cluener"][1] + '{"label": {}}\n', "a.txt: line 2 has no text"),
    ("cluener", GOOD["cluener"][1] + '{"text": "猫", "label": []}\n', "a.txt: line 2 has no label"),
    (
        "cluener",
        GOOD["cluener"][1] + '{"text": "猫", "label": {"x": {"狗": [[0, 0]]}}}\n',
        "a.txt: line 2 has the x '狗' at",
    ),
    (
        "cluener",
        GOOD["cluener"][1] + '{"text": "猫", "label": {"x": {"猫": [[0, 9]]}, "y": 3}}\n',
        "a.txt: line 2 has the",
    ),
    (
        "cluener",
        GOOD["cluener"][1] + '{"text": "北京", "label": {"x": {"北京": [[0, 1]]}, "y": {"京": [[1, 1]]}}}\n',
        "a.txt: line 2 has a y at 1 that overlaps",
    ),
    ("semeval2010", SEMEVAL + "no number\nOther\n\n", "a.txt: line 5 does not begin an example"),
    (
        "semeval2010",
        SEMEVAL + '2\t"A <e1>b</e1> c"\nOther\n\n',
        "a.txt: line 5, column text must have <e2> once, not 0",
    ),
    (
        "semeval2010",
        SEMEVAL + SEMEVAL.replace("Content-Container(e1,e2)", "Nearness"),
        "a.txt: line 6 must be a relation",
    ),
    (
        "semeval2010",
        SEMEVAL + "2\t</e1>a<e1> <e2>b</e2>\nOther\n",
        "a.txt: line 5, column text has a marker that closes",
    ),
]
ANSWERS = [
    (
        squad(answers=[{"text": "猫", "answer_start": 5}]),
        "(question q1) has the answer '猫' at 5, where the context has",
    ),
    (squad(answers=[{"text": "猫", "answer_start": 500}]), "has the answer '猫' at 500"),
    (squad(answers=[{"text": "猫", "answer_start": -6}]), "has the answer '猫' at -6"),
    (squad(answers=[{"text": "猫", "answer_start": None}]), "has the answer '猫' at None"),
    (squad(answers=[{"text": "", "answer_start": 0}]), "has an answer without a text"),
    (squad(answers=[]), "has no answers, and is_impossible is not true"),
    (squad(question=" "), "column question is empty"),
    (squad(question=None), "has no question"),
]
# What makes a whole file unreadable, whatever is skipped.
BROKEN = [
    ("tsv", "text\tnote\na\tb\n", {}, "a.txt has no column label: line 1, its first, has text, note"),
    ("tsv", "text\tlabel\ttext\na\tb\tc\n", {}, "a.txt: line 1 names the column text twice"),
    ("tsv", "a\tb\tc\n", {}, "a.txt: line 1 has 3 columns: it must have text, label"),
    ("tsv", "a\tb\n", {"named": {"text": "1", "label": "3"}}, "label cannot be column 3"),
    ("tsv", "a\tb\n", {"named": {"text": "review"}}, "a.txt has no column review"),
    ("csv", "text,note\na,b\n", {}, "a.txt has no column label"),
    ("csv", "text,label,label\na,b,c\n", {}, "a.txt: line 1 names the column label twice"),
    ("csv", "text;label\na;b\n", {}, "a.txt: line 1 has 1 columns: it must have text, label"),
    ("squad", "[1]", {}, "a.txt is damaged, it must hold a JSON object"),
    ("squad", '{"data": 3}', {}, "a.txt has no list data"),
    ("squad", '{"data": [{"paragraphs": [{"qas": []}]}]}', {}, "has a paragraph without a context"),
    ("squad", '{"data": ' + "[" * 99_999, {}, "nested deeper than 64"),
]


def read(name, path, **options):
    return read_columns(name, path, **{"columns": GOOD[name][0], **options})


def assert_told_or_skipped(name, path, message, **options):
    return told_or_skipped(name, path, message, **{"columns": GOOD[name][0], **options})


def test_every_reader_has_a_case_here():
    assert set(READERS.own()) == {*GOOD, *OTHERWISE}
    for reader in READERS.own().values():
        facts = reader.facts()
        assert facts["columns"] and facts["task"] and facts["example"].endswith("\n")


@pytest.mark.parametrize("name", GOOD)
def test_records_have_their_lines_and_empty_ones_are_passed_over(name, write):
    _, text, expected = GOOD[name]
    contents = [
        text,
        "\ufeff" + text,
        text.rstrip("\r\n"),
        *([] if name == "squad" else [gzip.compress(text.encode())]),
    ]
    for content in contents:
        found, skipped = read(name, write(content))
        assert found == expected and not skipped


@pytest.mark.parametrize("name", GOOD)
def test_hostile_files_are_one_line(name, write, monkeypatch, tmp_path):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to("link")
    for path, message in (
        (write(b"\xff\xfe"), "UTF-8|not JSON"),
        (write("猫\t酒店\n".encode("gbk"), "gbk"), "UTF-8|not JSON"),
        (write("", "empty"), "is empty"),
        (write("\ufeff", "mark"), "is empty"),
        (write("\n \n", "blank"), "no .* in it|not JSON"),
        (write(b"a\nb\0c\n", "nul"), "binary, not text: it holds NUL bytes, the first in line 2|not JSON"),
        (write(gzip.compress(b"a\tb\n" * 99)[:-9], "cut.gz"), "damaged gzip|not JSON|not UTF-8"),
        ("fifo", "fifo is a FIFO"),
        ("/dev/zero", "is a device"),
        ("link", "is a loop of links"),
        ("missing", "missing does not exist|missing is missing"),
        (".", "is a folder|seq.in"),
    ):
        for skip in (False, True):
            with pytest.raises(UserError, match=message) as error:
                read(name, path, skip_bad=skip)
            assert "\n" not in str(error.value) and len(str(error.value)) < 500
    monkeypatch.setattr(reader_module, "LONGEST_LINE", 60)
    if name != "squad":  # which is read as a whole, within a bound
        with pytest.raises(UserError, match=r"long: line 2 has over 60 characters"):
            read(name, write(("a,b" if name == "csv" else "a\tb") + "\n" + "x" * 70, "long"), skip_bad=True)


@pytest.mark.parametrize(("name", "text", "message"), BAD)
def test_a_bad_record_is_named_or_skipped(name, text, message, write):
    assert len(assert_told_or_skipped(name, write(text), message)) >= 1


@pytest.mark.parametrize(("text", "message"), ANSWERS)
def test_an_answer_that_does_not_stand_there(text, message, write):
    other = json.loads(squad())["data"]
    both = {"data": [*json.loads(text)["data"], *other]}
    assert_told_or_skipped("squad", write(json.dumps(both)), message)


@pytest.mark.parametrize(("name", "text", "options", "message"), BROKEN)
def test_a_broken_file_is_one_line_whatever_is_skipped(name, text, options, message, write):
    for skip in (False, True):
        with pytest.raises(UserError) as error:
            read(name, write(text), skip_bad=skip, **options)
        assert message in str(error.value) and "\n" not in str(error.value)


def test_what_an_open_quote_swallows_is_read_all_the_same(write):
    rows = [*["text,label"], *[f"row {number},good" for number in range(50)]]
    rows[3] = 'an "open quote,good'
    rows[7] = '"another,good'
    found, skipped = read("csv", write("\n".join(rows) + "\n"), skip_bad=True)
    assert len(found) == 49 and skipped.count == 1 and "line 8 has a quote that is not closed" in skipped.places[0]
    rows[7] = '"a closed ""one""",good'
    assert read("csv", write("\n".join(rows) + "\n"))[0][6] == (8, 'a closed "one"', "good")
    big = '"open,' + "x" * 200_000
    found, skipped = read("csv", write("\n".join([rows[0], big, *rows[1:]]) + "\n"), skip_bad=True)
    assert len(found) == 50 and "line 2 has a quote that is not closed within 131,072 characters" in skipped.places[0]


def test_columns_are_found_by_their_names_their_numbers_or_their_places(write):
    assert read("tsv", write("id\tlabel\ttext\n1\tgood\tthe cat\n"))[0] == [(2, "the cat", "good")]
    pairs = {"optional": ["pair"]}
    assert read("tsv", write("the\tcat\tgood\n"), **pairs)[0] == [(1, "the", "good", "cat")]
    assert read("tsv", write("the\tgood\n"), **pairs)[0] == [(1, "the", "good")]
    assert read("tsv", write("pair\ttext\tlabel\nb\ta\tc\n"), **pairs)[0] == [(2, "a", "c", "b")]
    named = {"text": "premise|review", "label": "stars"}
    assert read("csv", write("stars,review\n5,the cat\n"), named=named)[0] == [(2, "the cat", "5")]
    assert read("tsv", write("s\t1\t\tthe cat\n"), named={"text": "4", "label": "2"})[0] == [(1, "the cat", "1")]
    assert read("csv", write("text;label\na,b;c\n"), delimiter=";")[0] == [(2, "a,b", "c")]
    assert read("conll", write("B-X 猫\n"), named={"words": "2", "tags": "1"})[0] == [(1, ("猫",), ("B-X",))]
    intents = {"columns": TABLE, "named": {"text": "words", "label": "intent"}}
    assert read("slots", write(GOOD["slots"][1]), **intents)[0] == [(1, "play 猫", "PlayMusic")]


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("tsv", {"named": {"txt": "review"}}, "--columns: unknown column 'txt'. Did you mean text?"),
        ("squad", {"columns": TABLE}, "--columns: the reader squad gives question, context, answers, id, no text"),
        ("csv", {"delimiter": ";;"}, "--reader-option delimiter must be one character"),
        ("conll", {"scheme": "bilou2"}, "--reader-option: unknown tag scheme 'bilou2'"),
        ("conll", {"named": {"words": "0"}}, "--columns words=0: columns are counted from 1"),
    ],
)
def test_what_a_reader_cannot_be_asked_for(name, options, message, write):
    with pytest.raises(UserError) as error:
        read(name, write(GOOD[name][1]), **options)
    assert message in str(error.value)


def test_options_of_readers_are_checked():
    assert READERS["conll"].own_options() == {"scheme": "auto", "repair": False}
    check_reader_options("csv", {"delimiter": ";"})
    for options, message in (
        ({"delimeter": ";"}, "unknown option of the reader csv: 'delimeter'. Did you mean delimiter?"),
        ({"delimiter": 3}, "--reader-option delimiter must be a str, not 3"),
    ):
        with pytest.raises(UserError, match=message.replace("?", r"\?")):
            check_reader_options("csv", options)


def test_answers_are_mended_where_asked(write):
    off = squad(
        context="a 猫 and a 猫", answers=[{"text": "猫", "answer_start": 10}, {"text": "a 猫", "answer_start": 1}]
    )
    assert read("squad", write(off), repair=True)[0][0][3] == (("猫", 10), ("a 猫", 0))
    impossible = squad(is_impossible=True, answers=[], plausible_answers=[ANSWER])
    assert read("squad", write(impossible))[0][0][3] == ()
    assert_told_or_skipped(
        "squad",
        write(
            json.dumps(
                {
                    "data": [
                        *json.loads(squad())["data"],
                        *json.loads(squad(answers=[{"text": "dog", "answer_start": 0}]))["data"],
                    ]
                }
            )
        ),
        "has the answer 'dog' at 0",
        repair=True,
    )
