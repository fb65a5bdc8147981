"""The card of every kind of model: its sections, and what strangers wrote into a model."""

import langzoo.zoo as zoo
import pytest
from langzoo.layers.text import WordPieceTokenizer
from langzoo.zoo.model_card import filled_example, model_card
from langzoo.zoo.model_directory import build

WORDS = WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"])


def classifier(labels):
    config = zoo.named_model("distilbert_tiny").config.variant(vocabulary_size=6)
    return build(config, name="mine", task="text_classifier", tokenizer=WORDS, options={"labels": labels})


@pytest.mark.parametrize("label", ["bad\n\n## Licence\n\nFree", "a | b", "x\r\ny"])
def test_a_label_stays_in_its_cell(label):
    card = model_card(classifier([label, "good"]), {})
    assert card.count("\n## Licence\n") == 1
    (row,) = [line for line in card.splitlines() if line.startswith("| Labels | ")]
    assert row.replace("\\|", "").count("|") == 3 and "good |" in row


def test_sections_of_use_stand_before_the_licence_and_facts_replace():
    card = model_card(zoo.create("unigram"), {"Python": "    call()"}, origin="Found.", facts={"Limits": "None known."})
    headings = [line for line in card.splitlines() if line.startswith("#")]
    assert headings == ["# unigram", *map("## {}".format, SECTIONS)]
    assert "\n\nFound.\n\n" in card and "## Limits\n\nNone known.\n" in card and "| none: it reads ids |" in card


SECTIONS = ["What it is", "Training data", "Evaluation", "Intended use", "Limits", "Python", "Licence"]


def test_an_example_has_the_mask_of_the_model():
    config = zoo.named_model("distilbert_tiny").config.variant(vocabulary_size=6)
    model = build(config, name="mine", task="masked_lm", tokenizer=WORDS)
    assert filled_example(model, 'fill(["a {mask}"])') == 'fill(["a [MASK]"])'
