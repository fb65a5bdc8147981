"""One tiny model of every family, the tasks shared out among the encoders; weights that tell inputs apart."""

import functools
import io

import numpy as np
from langzoo import zoo
from langzoo.layers.text import CharacterTokenizer, SentencePieceTokenizer, WordPieceTokenizer
from langzoo.zoo.models.gpt2 import GPT2Config
from langzoo.zoo.models.llama import LlamaConfig
from langzoo.zoo.models.lstm_seq2seq import LSTMSeq2SeqConfig
from langzoo.zoo.models.pangu import PanguConfig
from langzoo.zoo.models.t5 import T5Config
from langzoo.zoo.models.transformer import TransformerConfig
from langzoo.zoo.models.transformer_lm import TransformerLMConfig
from langzoo.zoo.tasks import CausalLM, Seq2SeqLM
from sentencepiece import SentencePieceTrainer

CHARACTERS = CharacterTokenizer(["<unk>", "<eos>", *"abcdefgh 猫"])
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "猫", "on", "sat", "."]
SIZE = {"vocabulary_size": 12, "num_layers": 1, "num_heads": 4, "hidden_dim": 16, "max_sequence_length": 24}
WIDE = {"intermediate_dim": 24}

CAUSAL = {
    "gpt2": GPT2Config(**{**SIZE, "num_layers": 2}, **WIDE, local_attention_window=3),
    "llama": LlamaConfig(**SIZE, **WIDE, num_key_value_heads=2, head_dim=6, sliding_window=5, tie_embeddings=True),
    "pangu": PanguConfig(**{**SIZE, "num_layers": 2}),
    "transformer_lm": TransformerLMConfig(**SIZE, **WIDE),
}
LSTM = {"vocabulary_size": 12, "embedding_dim": 10, "hidden_dim": 12, "max_sequence_length": 24}
CHARACTER_SIZES = {"character_dim": 3, "filters": ((1, 2), (2, 4)), "max_word_length": 5}
SEQ2SEQ = {
    "lstm_seq2seq": LSTMSeq2SeqConfig(**LSTM, **CHARACTER_SIZES),
    "t5": T5Config(**{**SIZE, "vocabulary_size": 60}, **WIDE, head_dim=6, feed_forward="gated_gelu"),
    "transformer": TransformerConfig(**SIZE, **WIDE),
}
ENCODERS = {
    "bert": ("bert_nano", "masked_lm", {}),
    "roberta": ("roberta_tiny", "text_encoder", {"pooling": "attention"}),
    "distilbert": ("distilbert_tiny", "text_classifier", {"labels": ["bad", "good", "猫"]}),
    "electra": ("electra_tiny", "replaced_token_detector", {}),
}


def tiny_model(family):
    """A model of the family, with a tokenizer."""
    if family in CAUSAL:
        return _told_apart(CausalLM(CAUSAL[family], tokenizer=CHARACTERS, name=family))
    if family in SEQ2SEQ:
        tokenizer = pieces_of_sentences() if family == "t5" else CHARACTERS
        start = {"start_id": tokenizer.padding_id, "source_start_id": 7} if family == "t5" else {}
        return _told_apart(Seq2SeqLM(SEQ2SEQ[family], tokenizer=tokenizer, name=family, **start))
    name, task, options = ENCODERS[family]
    sizes = {"num_layers": 1, "max_sequence_length": 24}
    return _told_apart(zoo.create(name, task=task, tokenizer=WordPieceTokenizer(PIECES), options=options, **sizes))


@functools.cache
def pieces_of_sentences():
    """A SentencePiece tokenizer of 60 pieces, whose operations are those of TensorFlow Text."""
    model = io.BytesIO()
    lines = ["the cat sat on the mat", "a bad cab had a bag", "猫坐在垫子上", "the dog ate the fig"] * 8
    options = {"model_type": "bpe", "vocab_size": 60, "pad_id": 0, "eos_id": 1, "unk_id": 2, "bos_id": -1}
    SentencePieceTrainer.train(sentence_iterator=iter(lines), model_writer=model, minloglevel=2, **options)
    return SentencePieceTokenizer(model.getvalue())


def _told_apart(model):
    random = np.random.default_rng(0)
    for weight in model.trainable_weights:
        if len(weight.shape) > 1:
            weight.assign(random.normal(size=weight.shape) * 0.4)
    return model
