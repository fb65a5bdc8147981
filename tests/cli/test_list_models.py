import json


def test_the_table(langzoo_run):
    lines = langzoo_run("list", "lstm*").stdout.splitlines()
    assert lines[0].split() == ["name", "family", "parameters", "task", "paper"]
    (small,) = [line for line in lines if line.startswith("lstm_small ")]
    assert "4,651,600" in small
    assert "Zaremba, Sutskever & Vinyals 2014, arXiv:1409.2329" in small  # not cut, in a pipe
    assert not any(line.startswith("bigram") for line in lines)


def test_json(langzoo_run):
    models = json.loads(langzoo_run("list", "--json").stdout)
    names = [model["name"] for model in models]
    assert names == sorted(names)
    (tiny,) = [model for model in models if model["name"] == "lstm_tiny"]
    assert tiny.keys() == {"name", "family", "parameters", "task", "paper", "description"}
    assert (tiny["family"], tiny["parameters"], tiny["task"]) == ("lstm", 73_320, "causal_lm")


def test_no_name_matches(refused):
    assert "'gpt9*'" in refused("list", "gpt9*", "--json")
