import langzoo.zoo as zoo
from langzoo.layers.text import ByteTokenizer
from langzoo.zoo.export.card_sections import card_sections
from langzoo.zoo.export.programs import string_signatures
from langzoo.zoo.model_card import model_card


def test_a_card_says_what_is_known():
    model = zoo.create("lstm_tiny", tokenizer=ByteTokenizer())
    use = card_sections(model, string_signatures(model))
    card = model_card(model, use, metrics={"perplexity": 81.23456789, "tokens": 82430})
    for piece in (
        "# lstm_tiny\n",
        "| Parameters | 25,025 |",
        "| Vocabulary | 257 tokens (byte) |",
        "| Paper | Mikolov et al. 2010; Sundermeyer et al. 2012 |",
        "| perplexity | 81.2346 |",
        "| tokens | 82430 |",
        "## Licence\n\nState your own.",
        "## Training data\n\nNot stated.",
        "-e MODEL_NAME=lstm_tiny tensorflow/serving:2.",
    ):
        assert piece in card, piece
    # A command of the card is a command of a shell: braces are not doubled.
    assert """curl -d '{"instances": ["the"]}' http""" in card
    assert """curl -d '{"signature_name": "generate", "instances": [{"prompt": "the", "max_tokens": 8, "temp""" in card
    assert "With TensorFlow alone:" in card and "import tensorflow_text" not in card


def test_facts_replace_and_add():
    facts = {"Training data": "Penn Treebank.", "Thanks": "To all | of them."}
    card = model_card(zoo.create("unigram", tokenizer=ByteTokenizer()), {}, facts=facts)
    assert "## Training data\n\nPenn Treebank.\n" in card and card.endswith("## Thanks\n\nTo all | of them.\n")
    assert card.count("## Training data") == 1
    indented = model_card(zoo.create("unigram", tokenizer=ByteTokenizer()), {}, facts={"Python": "    import langzoo"})
    assert "## Python\n\n    import langzoo\n" in indented  # a block of code, which its first line begins


def test_a_name_of_ones_own_has_no_paper():
    from langzoo.zoo.model_directory import build

    config = zoo.named_model("unigram").config.variant(vocabulary_size=257)
    card = model_card(build(config, name="mine", task="causal_lm", tokenizer=ByteTokenizer()), {})
    assert "A language model of langzoo's family `ngram`." in card and "Paper" not in card
