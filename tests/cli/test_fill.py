import json
import types

import langzoo.zoo as zoo
import pytest
from langzoo.cli.token_words import TokenWords
from langzoo.layers.plain.text.byte_pair_tokens import byte_alphabet
from langzoo.layers.text import ByteLevelBPETokenizer, WordPieceTokenizer
from langzoo.zoo.visible_tokens import visible_tokens

pytestmark = pytest.mark.usefixtures("keep_loaded")

TEXTS = ["The [MASK] sat", "[MASK]猫[MASK],"]


def lines(result):
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_json_is_what_the_model_gives(langzoo_run, encoder_runs, tmp_path):
    run = encoder_runs["masked_lm"]
    (tmp_path / "a.txt").write_text("\n".join(TEXTS), encoding="utf-8")
    expected = zoo.load(run).fill(TEXTS, count=3)
    for source in (["--text", TEXTS[0], "--text", TEXTS[1]], ["--file", tmp_path / "a.txt"]):
        found = lines(langzoo_run("fill", run, *source, "--count", 3, "--json"))
        assert [each["text"] for each in found] == TEXTS
        for each, places in zip(found, expected, strict=True):
            assert [[word["token"] for word in place] for place in each["masks"]] == [
                [word["token"] for word in place] for place in places
            ]
            for place, other in zip(each["masks"], places, strict=True):
                assert [w["probability"] for w in place] == pytest.approx([w["probability"] for w in other], abs=1e-6)


def test_the_table_has_a_part_for_each_mask(langzoo_run, encoder_runs):
    shown = langzoo_run("fill", encoder_runs["masked_lm"], "--text", TEXTS[1], "--count", 2).stdout
    (found,) = lines(langzoo_run("fill", encoder_runs["masked_lm"], "--text", TEXTS[1], "--count", 2, "--json"))
    rows = shown.splitlines()
    assert rows[0] == TEXTS[1]
    assert (rows[1].split()[0:2], rows[4].split()[0:2]) == (["word", "1"], ["word", "2"])
    for place, row in ((0, 2), (1, 5)):
        best = found["masks"][place][0]
        assert rows[row].split()[:2] == [best["token"], f"{best['probability']:.4f}"]
    assert rows[7] == found["filled"]


def words_of(tokenizer):
    return TokenWords.of(types.SimpleNamespace(tokenizer=tokenizer))


def test_words_go_where_the_masks_stand():
    pieces = words_of(WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "猫"]))
    assert pieces.filled("The [MASK] [MASK], you", ["cat", "##s"]) == "The cats, you"
    assert pieces.filled("[MASK]狗[MASK]", ["猫"]) == "猫狗[MASK]"  # the second is beyond what was read
    assert pieces.filled("a [MASK] b", ["[SEP]"]) == "a [SEP] b"
    tokenizer = ByteLevelBPETokenizer(
        ["</s>", "<mask>", *byte_alphabet(), "Ġa"], merges=["Ġ a"], end_token="</s>", mask_token="<mask>"
    )
    from_bytes = words_of(tokenizer)
    assert from_bytes.filled("b <mask>.", ["Ġa"]) == "b a."
    assert from_bytes.filled("b<mask>.", ["Ġa"]) == "b a."


def test_one_token_is_shown_as_in_a_text():
    pieces = WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "##s", "猫"])
    from_bytes = ByteLevelBPETokenizer(["</s>", *byte_alphabet(), "Ġa"], merges=["Ġ a"], end_token="</s>")
    for tokenizer in (pieces, from_bytes):
        words = words_of(tokenizer)
        some = [*range(0, tokenizer.vocabulary_size, 9), *range(3), tokenizer.vocabulary_size - 1]
        shown = [visible_tokens(tokenizer, [token_id])[0].name for token_id in some]
        assert [words.shown(tokenizer.tokens[token_id]) for token_id in some] == shown


def test_refusals(refused, encoder_runs, byte_run, seq2seq_run):
    run = encoder_runs["masked_lm"]
    assert "has no [MASK] in the first 128 tokens" in refused("fill", run, "--text", "the cat")
    assert "count must be an integer from 1 to 14, not 15" in refused("fill", run, "--text", TEXTS[0], "--count", 15)
    assert "causal_lm model, which langzoo fill is not for; langzoo generate is" in refused(
        "fill", byte_run, "--text", "a"
    )
    assert "seq2seq_lm model" in refused("fill", seq2seq_run, "--text", "a")
    assert "langzoo predict is" in refused("fill", encoder_runs["text_encoder"], "--text", "a")
    assert "a name without weights" in refused("fill", "bert_base_uncased", "--text", "[MASK]")
