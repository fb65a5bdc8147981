import json

import langzoo.zoo as zoo
import pytest


@pytest.fixture
def asked(monkeypatch):
    """What the model is asked for; it answers with control characters."""
    calls = []

    def generate(self, prompts, **options):
        calls.append({name: value for name, value in options.items() if value is not None})
        return [{"text": "\x1b[31m a\x07\n猫", "tokens": [], "log_probabilities": []}]

    monkeypatch.setattr(zoo.CausalLM, "generate", generate)
    return calls


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("", {"decoder": "greedy"}),
        ("--temperature 0.7 --seed 3", {"decoder": "temperature", "temperature": 0.7, "seed": 3}),
        ("--top-k 3 --top-p 0.9", {"decoder": "temperature", "top_k": 3, "top_p": 0.9}),
        ("--decoder top_p --seed 5", {"decoder": "top_p", "seed": 5}),
        ("--width 3 --length-penalty 0", {"decoder": "beam", "width": 3, "length_penalty": 0.0}),
        ("--stop sat --stop \\n", {"decoder": "greedy", "stop": ["sat", "\n"]}),
    ],
)
def test_options_reach_the_model(line, options, asked, langzoo_run, word_run):
    langzoo_run("generate", word_run, "--prompt", "the", "--max-tokens", 9, *line.split(), "--json")
    assert asked == [{"max_tokens": 9, "seed": 0, **options}]


def test_json_is_what_the_model_gives(langzoo_run, word_run):
    line = ["--prompt", "the 猫", "--max-tokens", 9, "--temperature", 1.5, "--seed", 4, "--json"]
    found = json.loads(langzoo_run("generate", word_run, *line).stdout)
    (expected,) = zoo.load(word_run).generate(["the 猫"], max_tokens=9, decoder="temperature", temperature=1.5, seed=4)
    assert found.keys() == {"prompt", "text", "tokens", "log_probabilities"}
    assert (found["prompt"], found["text"], found["tokens"]) == ("the 猫", expected["text"], expected["tokens"])
    assert found["log_probabilities"] == pytest.approx(expected["log_probabilities"], abs=1e-5)


def test_the_prompt_and_what_follows(langzoo_run, word_run):
    (expected,) = zoo.load(word_run).generate(["the"], max_tokens=3)
    shown = langzoo_run("generate", word_run, "--prompt", "the", "--max-tokens", 3).stdout
    assert shown == f"the{expected['text']}\n" and shown[3] in " ,\n"


def test_no_control_character_reaches_the_terminal(asked, langzoo_run, byte_run):
    shown = langzoo_run("generate", byte_run, "--prompt", "\x1b[2J").stdout
    assert shown == "\\x1b[2J\\x1b[31m a\\x07\n猫\n"
    given = langzoo_run("generate", byte_run, "--prompt", "\x1b[2J", "--json").stdout
    assert json.loads(given)["text"] == "\x1b[31m a\x07\n猫"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--decoder gredy", "Did you mean greedy?"),
        (
            "--decoder greedy --top-k 3",
            "decoder 'greedy' has no option 'top_k', only none at all: leave it out, or take decoder 'temperature'",
        ),
        ("--decoder beam --temperature 1", "decoder 'beam' has no option 'temperature', only width, length_penalty"),
        ("--temperature -1", "temperature must be"),
        ("--temperature nan", "temperature must be"),
        ("--top-p 1.5", "top_p must be"),
        ("--length-penalty -1", "length_penalty must be"),
        ("--length-penalty 1e39", "length_penalty must be a number from 0 to 3.4e38, not 1e+39"),
        ("--stop the,cat", "must be one"),
    ],
)
def test_refusals(line, message, refused, word_run):
    assert message in refused("generate", word_run, "--prompt", "the", *line.split())


def test_a_prompt_that_is_not_unicode(refused, word_run):
    assert "is not UTF-8" in refused("generate", word_run, "--prompt", "\udcff")


def test_an_answer_stands_alone(langzoo_run, seq2seq_run, keep_loaded):
    line = ["--prompt", "the cat", "--max-tokens", 4]
    (expected,) = zoo.load(seq2seq_run).generate(["the cat"], max_tokens=4)
    assert langzoo_run("generate", seq2seq_run, *line).stdout == f"{expected['text']}\n"
    found = json.loads(langzoo_run("generate", seq2seq_run, *line, "--json").stdout)
    assert (found["prompt"], found["text"]) == ("the cat", expected["text"])


def test_what_writes_no_text(refused, encoder_runs):
    assert "langzoo fill is" in refused("generate", encoder_runs["masked_lm"], "--prompt", "the")
