import json

from langzoo.cli.kinds import KINDS, options_of, registry_of


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


def test_every_kind_is_listed_and_described(langzoo_run):
    """With what each says of itself; the command itself is run for one kind, since TensorFlow takes its time."""
    for kind in KINDS:
        entries = registry_of(kind).entries()
        assert entries and all(entry.description for entry in entries), kind
        assert all(isinstance(row, tuple) for entry in entries for row in options_of(entry.value))
    listed = langzoo_run("list", "--kind", "objective").stdout
    assert [line.split()[0] for line in listed.splitlines()] == ["name", *registry_of("objective")]
    described = langzoo_run("describe", "--kind", "objective", "masked_token").stdout
    assert "Devlin et al. 2019" in described and "mask_rate" in described and "0.15" in described


def test_an_unknown_kind(refused):
    assert "Did you mean objective" in refused("list", "--kind", "objectiv")
