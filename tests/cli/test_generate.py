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
        ("--temperature 0.7 --seed 3", {"decoder": "sampling", "temperature": 0.7, "seed": 3}),
        ("--top-k 3 --top-p 0.9", {"decoder": "sampling", "top_k": 3, "top_p": 0.9}),
        ("--decoder top_p --seed 5", {"decoder": "top_p", "seed": 5}),
        ("--width 3 --length-penalty 0", {"decoder": "beam", "width": 3, "length_penalty": 0.0}),
        ("--option width=3 --length-penalty 0", {"decoder": "beam", "width": 3, "length_penalty": 0.0}),
        (
            "--repetition-penalty 1.2 --no-repeat-ngram-size 3",
            {"decoder": "greedy", "repetition_penalty": 1.2, "no_repeat_ngram_size": 3},
        ),
        ("--min-p 0.1 --presence-penalty 0.5", {"decoder": "sampling", "min_p": 0.1, "presence_penalty": 0.5}),
        ("--banned-words cat,@dog", {"decoder": "greedy", "banned_words": "cat,@dog"}),
        ('--option json_schema={"type":"null"}', {"decoder": "greedy", "json_schema": {"type": "null"}}),
        ("--decoder diverse_beam --option groups=2", {"decoder": "diverse_beam", "groups": 2}),
        ("--option coverage_penalty=0.2", {"decoder": "beam", "coverage_penalty": 0.2}),
        ("--decoder least --option rank=2", {"decoder": "least", "rank": 2}),
        ("--option rank=2 --top-k 1", {"rank": 2, "top_k": 1}),
        ("--stop sat --stop \\n", {"decoder": "greedy", "stop": ["sat", "\n"]}),
    ],
)
def test_options_reach_the_model(line, options, asked, langzoo_run, word_run):
    langzoo_run("generate", word_run, "--prompt", "the", "--max-tokens", 9, *line.split(), "--json")
    assert asked == [{"max_tokens": 9, "seed": 0, **options}]


def test_a_pattern_out_of_a_file(asked, langzoo_run, refused, word_run, tmp_path):
    (tmp_path / "schema.json").write_text('{"type": "null"}\n')
    langzoo_run("generate", word_run, "--prompt", "the", "--json-schema", f"@{tmp_path}/schema.json")
    assert asked[0]["json_schema"] == '{"type": "null"}'
    refused(
        ["generate", word_run, "--prompt", "the", "--regex", f"@{tmp_path}/no"], "give --regex @ and a file of text"
    )


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
            "decoder 'greedy' has no option 'top_k', nor any other: leave it out, or use decoder 'sampling'",
        ),
        ("--decoder beam --temperature 1", "decoder 'beam' has no option 'temperature', only width, length_penalty"),
        ("--temperature -1", "temperature must be"),
        ("--top-k -1", "top_k must be an integer from 0 to 2147483647, not -1"),
        ("--repetition-penalty 0", "repetition_penalty must be a number from 0.01 to 100, not 0"),
        ("--option top_k=2.5", "top_k must be an integer from 0 to 2147483647, not 2.5"),
        ("--option topk=2", "unknown option of generate 'topk'. Did you mean top_k"),
        ("--option top_k", "--option 'top_k': write it as key=value, e.g. --option top_k=3"),
        ("--option top_k=3 --top-k 3", "--option top_k and --top-k are the same: give it once"),
        ("--option max_tokens=3", "--option max_tokens is not an option of a decoder or a logit rule"),
        ("--temperature nan", "temperature must be"),
        ("--top-p 1.5", "top_p must be"),
        ("--length-penalty -1", "length_penalty must be"),
        ("--length-penalty 1e39", "length_penalty must be a number from 0 to 3.4e38, not 1e+39"),
        ("--suppress the,cat", "must be one"),
        (
            "--decoder diverse_beam --option coverage_penalty=0.2",
            "coverage_penalty needs a source, which a causal_lm model does not read: leave it out",
        ),
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


@pytest.mark.ci
def test_a_coverage_penalty(langzoo_run, seq2seq_run, keep_loaded):
    line = ["--prompt", "the cat", "--max-tokens", 4, "--decoder", "beam", "--stop", "sat", "--num-samples", 3]
    found = json.loads(langzoo_run("generate", seq2seq_run, *line, "--option", "coverage_penalty=0.2", "--json").stdout)
    options = {"max_tokens": 4, "stop": ["sat"], "decoder": "beam", "num_results": 3}
    (expected,) = zoo.load(seq2seq_run).generate(["the cat"], coverage_penalty=0.2, **options)
    assert [(each["text"], each["score"]) for each in found] == [(each["text"], each["score"]) for each in expected]
    (without,) = zoo.load(seq2seq_run).generate(["the cat"], **options)
    assert [each["score"] for each in without] != [each["score"] for each in found]


def test_what_writes_no_text(refused, encoder_runs):
    assert "has 0 [MASK] in the first" in refused("generate", encoder_runs["masked_lm"], "--prompt", "the")


PROMPTS = ["the", "the cat", "", "猫 sat"]


@pytest.fixture
def prompts_file(tmp_path):
    path = tmp_path / "prompts.txt"
    path.write_text("".join(f"{prompt}\n" for prompt in PROMPTS[1:]), encoding="utf-8")
    return path


def test_many_prompts(langzoo_run, word_run, prompts_file, keep_loaded):
    line = ["--max-tokens", 5, "--temperature", 1.5, "--seed", 4]
    expected = zoo.load(word_run).generate(PROMPTS, max_tokens=5, decoder="temperature", temperature=1.5, seed=4)
    for prompts, given in (
        (["--prompt", "the", "--file", prompts_file], {}),
        ([each for prompt in PROMPTS for each in ("--prompt", prompt)], {}),
        (["--prompt", "the", "--file", "-"], {"input": prompts_file.read_bytes()}),
        ([], {"input": "".join(f"{prompt}\n" for prompt in PROMPTS).encode()}),
    ):
        found = json.loads(langzoo_run("generate", word_run, *prompts, *line, "--json", **given).stdout)
        assert [(each["prompt"], each["text"]) for each in found] == [
            (prompt, each["text"]) for prompt, each in zip(PROMPTS, expected, strict=True)
        ]
        shown = langzoo_run("generate", word_run, *prompts, *line, **given).stdout
        assert shown == "".join(f"{each['prompt']}{each['text']}\n\n" for each in found)


def test_a_file_of_one_line_gives_an_array_too(langzoo_run, word_run, tmp_path, keep_loaded):
    (tmp_path / "one.txt").write_text("the\n")
    for given in (["--file", tmp_path / "one.txt"], ["--prompt", "the", "--num-samples", 1]):
        found = json.loads(langzoo_run("generate", word_run, *given, "--max-tokens", 2, "--json").stdout)
        assert isinstance(found, list if "--file" in given else dict)


def test_samples_are_those_of_the_next_seeds(langzoo_run, word_run, prompts_file, keep_loaded):
    line = ["--file", prompts_file, "--max-tokens", 5, "--top-p", 0.9]
    found = json.loads(langzoo_run("generate", word_run, *line, "--seed", 7, "--num-samples", 3, "--json").stdout)
    assert [(each["prompt"], each["seed"]) for each in found] == [(p, s) for p in PROMPTS[1:] for s in (7, 8, 9)]
    for seed in (7, 8, 9):
        alone = json.loads(langzoo_run("generate", word_run, *line, "--seed", seed, "--json").stdout)
        assert [each["text"] for each in found if each["seed"] == seed] == [each["text"] for each in alone]
    assert len({each["text"] for each in found[:3]}) > 1


def test_samples_of_beam_search_are_its_best_hypotheses(langzoo_run, word_run, keep_loaded):
    line = ["--prompt", "the", "--prompt", "cat", "--max-tokens", 3, "--width", 4, "--num-samples", 2, "--json"]
    found = json.loads(langzoo_run("generate", word_run, *line).stdout)
    expected = zoo.load(word_run).generate(["the", "cat"], max_tokens=3, width=4, num_results=2)
    assert [each["text"] for each in found] == [each["text"] for row in expected for each in row]
    assert [each["prompt"] for each in found] == ["the", "the", "cat", "cat"]
    assert found[0]["score"] >= found[1]["score"] and found[0]["text"] != found[1]["text"]


def test_answers_to_many_are_a_line_each(langzoo_run, seq2seq_run, prompts_file, keep_loaded):
    expected = zoo.load(seq2seq_run).generate(PROMPTS[1:], max_tokens=4)
    shown = langzoo_run("generate", seq2seq_run, "--file", prompts_file, "--max-tokens", 4).stdout
    assert shown == "".join(f"{each['text']}\n" for each in expected)


def test_prompts_are_read_in_batches(asked, langzoo_run, word_run, tmp_path, monkeypatch):
    """Of a bounded number, beams counted, so that a file of any length takes little memory."""
    sizes = []
    answer = zoo.CausalLM.generate
    monkeypatch.setattr(
        zoo.CausalLM, "generate", lambda self, prompts, **o: sizes.append(len(prompts)) or answer(self, prompts) * 99
    )
    (tmp_path / "long.txt").write_text("the\n" * 70)
    assert langzoo_run("generate", word_run, "--file", tmp_path / "long.txt").exit_code == 0
    assert langzoo_run("generate", word_run, "--file", tmp_path / "long.txt", "--width", 20).exit_code == 0
    assert sizes == [32, 32, 6, *[1] * 70]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--prompt a --num-samples 2", "greedy always writes the same: add --temperature 1"),
        ("--prompt a --num-samples 4 --width 3", "num_results must be at most width, 3, with decoder 'beam', not 4"),
        ("--prompt a --num-samples 2 --temperature 1 --seed 2147483647", "go beyond the last seed, 2147483647"),
        ("--prompt a --num-samples 0", "--num-samples"),
        ("--prompt a --num-samples 2 --decoder speculative", "speculative at temperature 0 always writes the same"),
        ("--prompt a --num-samples 2 --decoder sampling --temperature 0", "sampling at temperature 0 always writes"),
        ("--prompt a --num-samples 2 --decoder best_of --temperature 0", "best_of at temperature 0 always writes"),
        ("--prompt a --decoder best_of --width 0", "width must be an integer from 1 to 1024, not 0"),
        ("--prompt a --decoder diverse_beam --option width=abc", "width must be an integer from 1 to 1024, not 'abc'"),
        ("--file no_such_file", "no_such_file does not exist"),
        ("", "standard input is empty: use --prompt TEXT or --file FILE"),
    ],
)
def test_requests_that_cannot_be(line, message, refused, word_run):
    assert message in refused("generate", word_run, *line.split(), input="")


@pytest.mark.parametrize("json_option", [[], ["--json"]])
def test_nothing_is_printed_where_the_first_batch_fails(json_option, refused, gpt2_run, tmp_path, keep_loaded):
    (tmp_path / "a.txt").write_text("a" * 200 + "\nb\n")
    for command in ("generate", "score"):
        assert "a text is longer than this model reads" in refused(
            command, gpt2_run, "--file", tmp_path / "a.txt", *json_option
        )


@pytest.mark.ci
def test_a_masked_model_writes_by_a_chain(langzoo_run, refused, encoder_runs):
    run = encoder_runs["masked_lm"]
    found = json.loads(langzoo_run("generate", run, "--length", 3, "--option", "burn_in=1", "--json").stdout)
    assert len(found["tokens"]) == 3
    for line, message in (
        ("--stop a --length 1", "--stop is for models that write from left to right"),
        ("--length 1 --max-tokens 3", "--max-tokens is for models that write from left to right"),
        ("--prompt a --stream", "--stream is for models that write from left to right"),
        ("--length 1 --option scan=zigzag", "unknown scan 'zigzag'"),
    ):
        assert message in refused("generate", run, *line.split())


@pytest.mark.ci
def test_a_stream_prints_the_text(langzoo_run, refused, word_run):
    line = ["generate", word_run, "--prompt", "the", "--max-tokens", 9, "--temperature", 1.5]
    assert langzoo_run(*line, "--stream").stdout.strip() == langzoo_run(*line).stdout.strip()
    for more, message in (
        ("--stream --json", "--stream prints text: leave --json out"),
        ("--stream --num-samples 2", "--stream prints one text"),
        ("--alternatives 2", "--alternatives is for --json"),
        ("--length 3", "--length is for masked models"),
    ):
        assert message in refused(*line, *more.split())
