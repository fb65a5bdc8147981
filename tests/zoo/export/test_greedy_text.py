"""The greedy text of exported models in transformers, and of the same models here."""

import itertools

import langzoo.zoo as zoo
import numpy as np
import pytest
import tensorflow as tf
from langzoo.zoo.export import export_hugging_face
from langzoo.zoo.import_model import import_model

from tests.zoo.export.test_hugging_face import MISTRAL, byte_level, sentence_piece

pytestmark = pytest.mark.slow
PROMPTS = ["the cat", "a", "the   mat:\n    a cat", "the mat 2017"]
NEW = 8
CASES = {
    "gpt2": ("gpt2_tiny", lambda: byte_level(["<|endoftext|>"], add_start=False)),
    "gpt2 with a start": ("gpt2_tiny", lambda: byte_level(["<|endoftext|>"])),
    "llama": ("llama_tiny", lambda: sentence_piece(**MISTRAL)),
    "llama, add_bos_token false": ("llama_tiny", lambda: sentence_piece(add_start=False, **MISTRAL)),
    "mistral": ("llama_tiny", lambda: sentence_piece(space_in_front="first", **MISTRAL)),
    "smollm": ("llama_tiny", lambda: byte_level(["<|endoftext|>"], lacking="qz", single_digits=True, add_start=False)),
    "t5": ("t5_tiny", lambda: sentence_piece(extra_ids=10, vocab_size=60, pad_id=0, eos_id=1, unk_id=2, bos_id=-1)),
}


RULES = [{}, {"repetition_penalty": 1.3}, {"no_repeat_ngram_size": 2}]


@pytest.mark.parametrize("case", CASES)
def test_greedy_text_is_that_of_transformers(case, tmp_path):
    """With and without logit rules, which are those of transformers."""
    transformers = pytest.importorskip("transformers")
    torch = pytest.importorskip("torch")
    name, make = CASES[case]
    tf.keras.utils.set_random_seed(3)
    model = zoo.create(name, tokenizer=make())
    chance = np.random.default_rng(0)
    for weight in model.weights:  # larger than at the start, so that texts differ
        weight.assign(weight + chance.normal(0, 0.2, weight.shape).astype(np.float32))
    export_hugging_face(model, tmp_path / "out")
    answers = case == "t5"
    kind = transformers.AutoModelForSeq2SeqLM if answers else transformers.AutoModelForCausalLM
    theirs = kind.from_pretrained(tmp_path / "out").eval()
    their_tokenizer = transformers.AutoTokenizer.from_pretrained(tmp_path / "out")
    again = import_model(tmp_path / "out")
    written = set()
    for prompt, rules in itertools.product(PROMPTS, RULES):
        ids = torch.tensor([their_tokenizer(prompt)["input_ids"]])
        with torch.no_grad():
            found = theirs.generate(
                ids, attention_mask=torch.ones_like(ids), max_new_tokens=NEW, do_sample=False, use_cache=False, **rules
            )
        new = found[0, 1 if answers else ids.shape[1] :].tolist()
        end = model.tokenizer.end_id
        new = new[: new.index(end)] if end in new else new
        for ours in (model, again):
            (answer,) = ours.generate([prompt], max_tokens=NEW, decoder="greedy", **rules)
            assert [ours.tokenizer.token_to_id(token) for token in answer["tokens"]] == new, (prompt, rules)
        written.add((prompt, tuple(new)))
    assert len(written) > len(PROMPTS)
