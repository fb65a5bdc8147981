"""Greedy decoding of one sequence, 112 tokens after a prompt of 16, on two threads; CTranslate2 on one, too."""

import functools
import json
import sys
import tempfile
from pathlib import Path

from . import decode_models
from .decode_models import CONTEXT, NEW_TOKENS, data_folder
from .worker import compare_many, prepare, serve

THREADS = 2
# Of log-probabilities, between float32 peers. Where two words are as likely, their texts part.
TOLERANCE = 1e-3
FLOAT_PEERS = ("saved-model", "torch", "ctranslate2-float32", "ctranslate2-float32-one-thread")
# Its two threads wait for one another where cores are virtual: on one it may be several times as fast.
WITH_CTRANSLATE2 = (
    ("litert-int8", "ctranslate2-int8"),
    ("litert-int8", "ctranslate2-int8-one-thread"),
    ("litert-int8", "torch"),
    ("litert-float32", "ctranslate2-float32"),
    ("litert-float32", "ctranslate2-float32-one-thread"),
    ("litert-float32", "torch"),
    ("saved-model", "ctranslate2-float32"),
)
LSTM_RATIOS = (("litert-int8", "torch"), ("litert-float32", "torch"), ("saved-model", "torch"))


def measure_gpt2():
    """GPT-2's shape, random weights."""
    yield from _measure("gpt2", "GPT-2, 6 layers of 512, 50,257 words, random weights", WITH_CTRANSLATE2)


def measure_stories260k():
    """A trained LLaMA of 260,032 weights."""
    if data_folder("stories260K") is None:
        yield "stories260K: needs LANGZOO_DATA, a folder with stories260K/stories260K.bin and tok512.bin", "", "", ""
    else:
        yield from _measure("stories260k", "stories260K", WITH_CTRANSLATE2)


def measure_lstm():
    """Two layers of 650; CTranslate2 has no LSTM."""
    yield from _measure("lstm", "lstm_medium, 10,000 words, random weights (CTranslate2 has no LSTM)", LSTM_RATIOS)


def _measure(case, what, ratios):
    with tempfile.TemporaryDirectory() as folder:
        prepare(decode_models.__name__, case, folder)
        yield f"{what}: text in and out for ours, ids for the peers", "", "", ""
        yield from compare_many(__name__, ratios, folder, unit="tokens", check=same_text)


def same_text(written):
    """How many tokens each peer has in common with LiteRT float32, from the first one on.

    Raises:
        RuntimeError: a peer wrote fewer tokens, or one in float32 judges them otherwise.
    """
    ours = written.pop("litert-float32")
    for name, peer in {"litert-float32": ours, **written}.items():
        if len(peer["tokens"]) != NEW_TOKENS:
            raise RuntimeError(f"{name} wrote {len(peer['tokens'])} tokens, not {NEW_TOKENS}")
    for name, peer in written.items():
        pairs = zip(ours["tokens"], peer["tokens"], strict=True)
        same = next((i for i, (a, b) in enumerate(pairs) if a != b), NEW_TOKENS)
        # Where they part the two words must be as likely: one further.
        both = zip(ours["log_probabilities"], peer["log_probabilities"], strict=True)
        difference = max(abs(a - b) for a, b in list(both)[: same + 1])
        if name in FLOAT_PEERS and difference > TOLERANCE:
            raise RuntimeError(f"{name} is another model: its log-probabilities differ by {difference:.1e}")
        said = f"{same} of {NEW_TOKENS} tokens, log-probabilities to {difference:.0e}"
        yield f"the same as litert-float32: {name}", said, "", ""


def _prompt(folder):
    return json.loads((folder / "prompt.json").read_text(encoding="utf-8"))


def _litert(folder, *, name):
    from langzoo.serving.lite_model import LiteModel

    (path,) = (folder / name).glob("*.tflite")
    model, text = LiteModel(path, num_threads=THREADS), _prompt(folder)["text"]
    if "tensorflow" in sys.modules:
        raise RuntimeError("LiteRT is to be measured without TensorFlow")
    return _both(lambda: model.generate([text], max_tokens=NEW_TOKENS, stop=[])[0])


def _saved_model(folder):
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(THREADS)
    from langzoo.serving.exported_model import ExportedModel

    model, text = ExportedModel(folder / "saved-model"), _prompt(folder)["text"]
    return _both(lambda: model.generate([text], max_tokens=NEW_TOKENS)[0])


def _both(run):
    return run, run


def _torch(folder):
    import torch
    import transformers

    torch.set_num_threads(THREADS)
    if (folder / "weights.npz").exists():
        return _torch_lstm(folder)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder / "hugging-face", dtype=torch.float32).eval()
    model.generation_config.eos_token_id = None
    prompt = _prompt(folder)
    ids = torch.tensor([prompt["ids"]])
    settings = {"do_sample": False, "use_cache": True, "pad_token_id": 0, "attention_mask": torch.ones_like(ids)}

    def run(**more):
        with torch.inference_mode():
            return model.generate(ids, max_new_tokens=NEW_TOKENS, **settings, **more)

    def show():
        out = run(return_dict_in_generate=True, output_logits=True)
        return _told(prompt, out.sequences[0, len(prompt["ids"]) :].tolist(), torch.cat(out.logits))

    return run, show


def _torch_lstm(folder):
    import torch

    model, prompt = _TorchLSTM(folder / "weights.npz"), _prompt(folder)
    ids = torch.tensor([prompt["ids"]])

    def run():
        with torch.inference_mode():
            return model.generate(ids)

    def show():
        written, logits = run()
        return _told(prompt, written, torch.cat(logits))

    return run, show


class _TorchLSTM:
    """`torch.nn.LSTM` between an embedding and a linear layer, called step by step."""

    def __init__(self, path):
        import numpy as np
        import torch

        # Keras' gates come in torch's order, and its matrices the other way round.
        weights = {name: torch.from_numpy(array) for name, array in np.load(path).items()}
        (embedding,) = (weight for name, weight in weights.items() if "token_embedding" in name)
        head = {name.rpartition("/")[2]: weight for name, weight in weights.items() if "head/" in name}
        recurrent = [weight for name, weight in weights.items() if "encoder/" in name]
        num_layers, width = len(recurrent) // 3, embedding.shape[1]
        self._embedding = torch.nn.Embedding.from_pretrained(embedding)
        self._lstm = torch.nn.LSTM(width, recurrent[1].shape[0], num_layers, batch_first=True)
        self._head = torch.nn.Linear(recurrent[1].shape[0], embedding.shape[0])
        with torch.no_grad():
            for layer in range(num_layers):
                kernel, recurrent_kernel, bias = recurrent[3 * layer : 3 * layer + 3]
                getattr(self._lstm, f"weight_ih_l{layer}").copy_(kernel.T)
                getattr(self._lstm, f"weight_hh_l{layer}").copy_(recurrent_kernel.T)
                getattr(self._lstm, f"bias_ih_l{layer}").copy_(bias)
                getattr(self._lstm, f"bias_hh_l{layer}").zero_()
            self._head.weight.copy_(head["kernel"].T)
            self._head.bias.copy_(head["bias"])

    def generate(self, ids):
        outputs, state = self._lstm(self._embedding(ids))
        written, logits = [], []
        while True:
            logits.append(self._head(outputs[:, -1]))
            token = logits[-1].argmax(-1, keepdim=True)
            written.append(token.item())
            if len(written) == NEW_TOKENS:
                return written, logits
            outputs, state = self._lstm(self._embedding(token), state)


def _told(prompt, ids, logits):
    """The names of tokens and their log-probabilities, as ours tells them."""
    chosen = logits.float().log_softmax(-1)[range(len(ids)), ids]
    return {"tokens": [prompt["tokens"][token_id] for token_id in ids], "log_probabilities": chosen.tolist()}


def _ctranslate2(folder, *, compute_type, threads=THREADS):
    import ctranslate2

    model = ctranslate2.Generator(
        str(folder / "ctranslate2"), device="cpu", compute_type=compute_type, intra_threads=threads, inter_threads=1
    )
    prompt = _prompt(folder)
    tokens = [str(token_id) for token_id in prompt["ids"]]

    def run():
        (out,) = model.generate_batch(
            [tokens],
            beam_size=1,
            sampling_topk=1,
            min_length=NEW_TOKENS,
            max_length=NEW_TOKENS,
            include_prompt_in_result=False,
        )
        return [int(token) for token in out.sequences_ids[0]]

    def show():
        ids = run()
        (scored,) = model.score_batch([[*tokens, *map(str, ids)]], max_input_length=CONTEXT + 1)
        names = [prompt["tokens"][token_id] for token_id in ids]
        return {"tokens": names, "log_probabilities": scored.log_probs[-len(ids) :]}

    return run, show


PEERS = {
    "litert-float32": functools.partial(_litert, name="litert-float32"),
    "litert-int8": functools.partial(_litert, name="litert-int8"),
    "saved-model": _saved_model,
    "torch": _torch,
    "ctranslate2-float32": functools.partial(_ctranslate2, compute_type="float32"),
    "ctranslate2-int8": functools.partial(_ctranslate2, compute_type="int8"),
    "ctranslate2-float32-one-thread": functools.partial(_ctranslate2, compute_type="float32", threads=1),
    "ctranslate2-int8-one-thread": functools.partial(_ctranslate2, compute_type="int8", threads=1),
}

if __name__ == "__main__":
    run, show = PEERS[sys.argv[1]](Path(sys.argv[2]))
    serve(lambda: (run, NEW_TOKENS, show), least_seconds=1.0)
