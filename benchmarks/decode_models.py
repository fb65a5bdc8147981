"""The models that `decode` compares, each as all the files that its peers read: `python -m ... CASE FOLDER`."""

import json
import os
import sys
from pathlib import Path

PROMPT_TOKENS, NEW_TOKENS = 16, 112
CONTEXT = PROMPT_TOKENS + NEW_TOKENS
GPT2_WORDS, LSTM_WORDS = 50_257, 10_000
TEXT = "once upon a time there was a little girl who lived in a house by the sea with her father and a big red dog"
LITERT = {"litert-float32": "none", "litert-int8": "int8"}


def data_folder(name):
    """A folder of LANGZOO_DATA, or None."""
    root = os.environ.get("LANGZOO_DATA")
    folder = root and Path(root) / name
    return folder if folder and folder.is_dir() else None


def make_gpt2():
    """GPT-2 with 6 layers of 512, 44.8 million random weights, and GPT-2's tokenizer or one of its size."""
    from langzoo.zoo.model_directory import build
    from langzoo.zoo.models.gpt2 import GPT2Config

    config = GPT2Config(
        vocabulary_size=GPT2_WORDS,
        max_sequence_length=CONTEXT,
        num_layers=6,
        num_heads=8,
        hidden_dim=512,
        dropout=0.0,
        attention_dropout=0.0,
    )
    return build(config, name="gpt2", task="causal_lm", tokenizer=_byte_level_tokenizer())


def _byte_level_tokenizer():
    from langzoo.layers.plain.text.byte_pair_tokens import byte_alphabet
    from langzoo.layers.text import ByteLevelBPETokenizer

    folder = data_folder("vocab")
    if folder is not None:
        return ByteLevelBPETokenizer.from_files(folder / "gpt2-encoder.json", folder / "gpt2-vocab.bpe")
    alphabet = list(byte_alphabet())
    pairs = [(a, b) for a in alphabet for b in alphabet][: GPT2_WORDS - 1 - len(alphabet)]
    vocabulary = [*alphabet, *(a + b for a, b in pairs), "<|endoftext|>"]
    return ByteLevelBPETokenizer(vocabulary, merges=[f"{a} {b}" for a, b in pairs])


def make_stories260k():
    """The trained LLaMA of 260,032 weights."""
    from langzoo.zoo.import_model import import_model

    folder = data_folder("stories260K")
    return import_model(folder / "stories260K.bin", tokenizer=folder / "tok512.bin")


def make_lstm():
    """`lstm_medium`, 19.8 million random weights."""
    from langzoo import zoo
    from langzoo.layers.text import WordTokenizer

    words = ["<unk>", "<eos>", *dict.fromkeys(TEXT.split())]
    words += [f"word{number}" for number in range(LSTM_WORDS - len(words))]
    return zoo.create("lstm_medium", tokenizer=WordTokenizer(words))


CASES = {"gpt2": make_gpt2, "stories260k": make_stories260k, "lstm": make_lstm}


def prompt_of(tokenizer):
    """A text that the model reads as exactly 16 tokens, its start token included; and their ids."""
    for end in range(1, len(TEXT)):
        ids = [tokenizer.start_id, *tokenizer.tokenize(TEXT[:end]).numpy().tolist()]
        if len(ids) == PROMPT_TOKENS and not TEXT[end - 1].isspace():
            return TEXT[:end], ids
    raise ValueError(f"no beginning of the text is {PROMPT_TOKENS} tokens")


def main(case, folder):
    import keras
    import numpy as np
    from langzoo.zoo.export import export_hugging_face, export_litert, export_saved_model

    keras.utils.set_random_seed(0)
    folder, model = Path(folder), CASES[case]()
    text, ids = prompt_of(model.tokenizer)
    prompt = {"text": text, "ids": ids, "tokens": model.tokenizer.tokens, "end_id": model.tokenizer.end_id}
    (folder / "prompt.json").write_text(json.dumps(prompt), encoding="utf-8")
    export_saved_model(model, folder / "saved-model")
    for name, quantize in LITERT.items():
        export_litert(model, folder / name, quantize=quantize, context=CONTEXT, prefill_lengths=[PROMPT_TOKENS])
    if case == "lstm":
        np.savez(folder / "weights.npz", **{weight.path: weight.numpy() for weight in model.weights})
    else:
        export_hugging_face(model, folder / "hugging-face")
        convert_for_ctranslate2(folder / "hugging-face", folder / "ctranslate2", ids=ids, end_id=prompt["end_id"])


def convert_for_ctranslate2(source, target, *, ids, end_id):
    """Its own converter, float32; a token is called by its id, so that no tokenizer is needed."""
    from ctranslate2.converters import TransformersConverter

    size = json.loads((source / "config.json").read_text(encoding="utf-8"))["vocab_size"]

    class Ids:
        bos_token, eos_token, unk_token = str(ids[0]), str(end_id), "0"

        def get_vocab(self):
            return {str(token_id): token_id for token_id in range(size)}

    class Converter(TransformersConverter):
        def load_tokenizer(self, tokenizer_class, model_name_or_path, **kwargs):
            return Ids()

    Converter(str(source)).convert(str(target))


if __name__ == "__main__":
    main(*sys.argv[1:])
