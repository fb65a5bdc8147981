"""Every named set reads a file in the form in which it is published."""

import json
import os
from pathlib import Path

import pytest
from langzoo.trainers.data.label_rule import LabelRule
from langzoo.trainers.data.readers import READERS, check_reader_options
from langzoo.trainers.data.sets import DATA_SETS
from langzoo.trainers.objectives import OBJECTIVES
from langzoo.trainers.training_config import TrainingConfig

NLI = "index\tsentence1\tsentence2\tlabel\n0\tA cat.\tAn animal.\t{}\n"
MNLI = (
    "index\tpromptID\tpairID\tgenre\tsentence1_binary_parse\tsentence2_binary_parse\tsentence1_parse\tsentence2_parse\t"
    "sentence1\tsentence2\tlabel1\tlabel2\tgold_label\n0\t1\t1e\tfiction\t( A )\t( B )\t(A)\t(B)\tA cat.\tAn animal.\t"
    "neutral\tentailment\tentailment\n"
)
SQUAD = json.dumps(
    {
        "data": [
            {
                "paragraphs": [
                    {
                        "context": "The cat sat.",
                        "qas": [{"id": "1", "question": "Who?", "answers": [{"text": "cat", "answer_start": 4}]}],
                    }
                ]
            }
        ]
    }
)
EXPECTED_PAIR = {"text": "A cat.", "pair": "An animal."}

# Set -> a file as it is published, and the first record.
PUBLISHED = {
    "cola": ("gj04\t1\t\tThe cat sat.\ngj04\t0\t*\tSat cat the.\n", {"text": "The cat sat.", "label": "1"}),
    "sst2": ("sentence\tlabel\nthe cat 's fine \t1\n", {"text": "the cat 's fine ", "label": "1"}),
    "mrpc": (
        '\ufeffQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\r\n1\t7\t8\tA " cat " .\tA cat .\r\n',
        {"text": 'A " cat " .', "pair": "A cat .", "label": "1"},
    ),
    "qqp": (
        "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n1\t2\t3\tA cat?\tCats?\t0\n",
        {"text": "A cat?", "pair": "Cats?", "label": "0"},
    ),
    "stsb": (
        "index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\tsentence2\tscore\n"
        "0\tm\tf\t2012\t1\tn\tn\tA cat.\tAn animal.\t3.800\n",
        {**EXPECTED_PAIR, "label": "3.800"},
    ),
    "mnli": (MNLI, {**EXPECTED_PAIR, "label": "entailment"}),
    "qnli": (
        "index\tquestion\tsentence\tlabel\n0\tA cat.\tAn animal.\tnot_entailment\n",
        {**EXPECTED_PAIR, "label": "not_entailment"},
    ),
    "rte": (NLI.format("entailment"), {**EXPECTED_PAIR, "label": "entailment"}),
    "wnli": (NLI.format("1"), {**EXPECTED_PAIR, "label": "1"}),
    "ax": (
        "Lexical Semantics\tLogic\tDomain\tPremise\tHypothesis\tLabel\nx\t\tNews\tA cat.\tAn animal.\tneutral\n",
        {**EXPECTED_PAIR, "label": "neutral"},
    ),
    "xnli": (
        "premise\thypo\tlabel\nA cat.\tAn animal.\tcontradictory\n",
        {**EXPECTED_PAIR, "label": "contradictory"},
    ),
    "tnews": (
        '{"label": 115, "label_desc": "news_agriculture", "sentence": "猫", "keywords": "", "id": 5}\n',
        {"text": "猫", "label": "news_agriculture"},
    ),
    "ocnli": (
        '{"level":"easy","sentence1":"猫","sentence2":"狗","label":"-","label0":null}\n',
        {"text": "猫", "pair": "狗", "label": "-"},
    ),
    "cluener": (
        '{"text": "在京", "label": {"address": {"京": [[1, 1]]}}}\n',
        {"words": ("在", "京"), "tags": ("O", "B-address")},
    ),
    "imdb": ("", {"text": "A fine film.<br />", "label": "pos"}),
    "quora": (
        '"id"\t"qid1"\t"qid2"\t"question1"\t"question2"\t"is_duplicate"\n'
        '"0"\t"1"\t"2"\t"What is a ""cat""?"\t"A\ncat?"\t"1"\n',
        {"text": 'What is a "cat"?', "pair": "A\ncat?", "label": "1"},
    ),
    "snips": (
        "play O\nfunky B-list\nPlay\n\n",
        {"words": ("play", "funky"), "tags": ("O", "B-list"), "intent": "Play"},
    ),
    "atis": (
        "BOS fly to boston EOS\tO O O B-toloc.city_name atis_flight\n",
        {"words": ("fly", "to", "boston"), "tags": ("O", "O", "B-toloc.city_name"), "intent": "atis_flight"},
    ),
    "conll2003": (
        "-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n\n",
        {"words": ("EU", "rejects"), "tags": ("B-ORG", "O")},
    ),
    "wnut17": ("@paul\tO\nParis\tB-location\n\n", {"words": ("@paul", "Paris"), "tags": ("O", "B-location")}),
    "resume_ner": (
        "吴 B-NAME\n重 M-NAME\n阳 E-NAME\n，O\n".replace("，O", "， O"),
        {"words": ("吴", "重", "阳", "，"), "tags": ("B-NAME", "I-NAME", "I-NAME", "O")},
    ),
    "squad": (SQUAD, {"question": "Who?", "context": "The cat sat.", "answers": (("cat", 4),)}),
    "squad2": (SQUAD, {"question": "Who?", "context": "The cat sat.", "answers": (("cat", 4),)}),
    "cmrc2018": (
        SQUAD.replace(": 4}", ": 5}"),
        {"question": "Who?", "context": "The cat sat.", "answers": (("cat", 4),)},
    ),
    "semeval2010": (
        '1\t"A <e1>cat</e1> in a <e2>box</e2>."\nContent-Container(e1,e2)\nComment:\n\n',
        {"text": "A <e1>cat</e1> in a <e2>box</e2>.", "label": "Content-Container(e1,e2)"},
    ),
}
COLUMNS = {
    "text_classifier": (["text", "label"], ["pair"]),
    "token_tagger": (["words", "tags"], ["intent"]),
    "span_extractor": (["question", "context", "answers"], []),
    "relation_classifier": (["text", "label"], []),
}
HERE = {
    "cola": "glue/CoLA/train.tsv 8551",
    "sst2": "glue/SST-2/train.tsv 67349",
    "mrpc": "glue/MRPC/msr_paraphrase_train.txt 4076",
    "stsb": "glue/STS-B/train.tsv 5749",
    "rte": "glue/RTE/train.tsv 2490",
    "xnli": "xnli/en_dev.tsv 2490",
    "tnews": "tnews/train.json 1185",
    "ocnli": "ocnli/train.10k.json 9985",
    "snips": "snips/train.txt 13084",
    "wnut17": "wnut17/train.conll 3394",
    "resume_ner": "resume_ner/train.char.bmes 3821",
    "squad2": "squad/cs224n_dev-v2.0.json 6078",
    "semeval2010": "semeval2010_task8/TRAIN_FILE.TXT 8000",
}


def records(name, path, **more):
    data_set = DATA_SETS[name]
    columns, optional = COLUMNS[data_set.task]
    check_reader_options(data_set.reader, data_set.reader_options)
    reader = READERS[data_set.reader](
        columns, optional=optional, named=data_set.columns, **data_set.reader_options, **more
    )
    return list(reader.records([path]))


def test_every_set_has_a_case_here_and_its_settings_are_valid():
    assert set(DATA_SETS.own()) == set(PUBLISHED)
    for name, data_set in DATA_SETS.own().items():
        assert data_set.metric and data_set.task in COLUMNS and data_set.facts()["reader"] in READERS
        settings = data_set.settings(name, {})
        data = TrainingConfig().with_settings(settings).data
        assert (data.set, data.reader, data.columns) == (name, data_set.reader, dict(data_set.columns))
        assert data_set.objective is None or data_set.task in OBJECTIVES[data_set.objective].tasks


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_file_as_it_is_published(name, tmp_path):
    text, expected = PUBLISHED[name]
    path = tmp_path / "train.txt"
    path.write_text(text, encoding="utf-8", newline="")
    if name == "imdb":
        path = tmp_path / "train"
        for label in ("neg", "pos", "unsup"):
            (path / label).mkdir(parents=True)
        (path / "pos" / "0_9.txt").write_text(expected["text"])
    first = records(name, path)[0]
    assert first.values == expected
    data_set = DATA_SETS[name]
    if data_set.task == "text_classifier":
        kind = OBJECTIVES[data_set.objective or "label"].labels_are
        rule = LabelRule(kind, known=data_set.labels, names=data_set.label_names, drop=data_set.drop_labels)
        assert rule.read(first.values["label"]) == {"stsb": 3.8, "ocnli": None, "xnli": ["contradiction"]}.get(
            name, [first.values["label"]]
        )


def test_what_is_asked_for_goes_before_the_set():
    sst2, stsb = DATA_SETS["sst2"], DATA_SETS["stsb"]
    settings = stsb.settings("stsb", {"data.columns": {"label": "stars"}, "seed": 3})
    assert settings["data.columns"] == {"text": "sentence1", "pair": "sentence2", "label": "stars"}
    assert (settings["seed"], settings["objective.name"]) == (3, "score")
    other = sst2.settings("sst2", {"data.reader": "csv", "data.labels": ["1", "0"]})
    assert (other["data.reader"], other["data.columns"], other["data.labels"]) == ("csv", {}, ["1", "0"])


@pytest.mark.data
@pytest.mark.parametrize("name", HERE)
def test_the_published_files_themselves(name):
    folder = os.environ.get("LANGZOO_DATA")
    path, count = HERE[name].split()
    if folder is None or not (Path(folder) / path).exists():
        pytest.skip("LANGZOO_DATA names no folder with this set")
    found = records(name, Path(folder) / path)
    dropped = DATA_SETS[name].drop_labels
    assert sum(record.values.get("label") not in dropped for record in found) == int(count)
