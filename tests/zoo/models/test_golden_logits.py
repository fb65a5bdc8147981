"""Logits of every imported family, against numbers that transformers computed once."""

import numpy as np
import pytest
from langzoo.zoo.import_model import import_model

from tests.checks.foreign_folder import CONFIGS, write_foreign_folder

TOKENS = [[2, 7, 5, 19, 11, 3, 8]]
TARGET = [[0, 6, 9, 4]]

# The logits of the last place, its first five; two of the classifier, five of the detector. Made with transformers
# 5.23 and PyTorch 2.13 on a CPU: the folder of `write_foreign_folder`, loaded by the class that its configuration
# names, read TOKENS (T5's decoder TARGET). `test_transformers_agrees`, slow, does that again.
GOLDEN = {
    "bert": [-0.07671, -0.57988, -0.39020, -0.14030, -0.15463],
    "bert_classifier": [0.04989, 0.00930],
    "roberta": [-0.16795, -0.95312, 1.26230, 0.25153, -0.02227],
    "distilbert": [0.56999, -0.04382, 0.53747, -0.89765, 0.73392],
    "electra": [0.38435, 0.28314, 0.20587, 0.12424, 0.47295],
    "gpt2": [-0.16352, -1.30248, 0.34007, -0.50669, -0.93858],
    "llama": [-0.14118, -0.06217, 0.02034, -0.34936, -0.20411],
    "mistral": [-0.71847, -0.38430, -0.21021, 0.20657, -0.61836],
    "t5": [-0.11779, 0.01869, 0.09293, -0.20097, -0.04842],
    "t5_v1_1": [1.00880, -0.32053, 0.50414, -0.10191, -0.55889],
}


def last_logits(model):
    if model.task == "seq2seq_lm":
        logits = model({"source_ids": np.array(TOKENS), "token_ids": np.array(TARGET)})["logits"]
    else:
        logits = model({"token_ids": np.array(TOKENS)})["logits"]
    return np.asarray(logits)[0, -1, :5] if len(logits.shape) == 3 else np.asarray(logits)[0, -5:]


@pytest.mark.parametrize("kind", GOLDEN)
def test_imported_model_gives_the_numbers_of_transformers(kind, tmp_path):
    model = import_model(write_foreign_folder(tmp_path / kind, kind), tokenizer=None)
    np.testing.assert_allclose(last_logits(model), GOLDEN[kind], atol=1e-4)


def test_every_family_has_its_numbers():
    assert GOLDEN.keys() == {kind for kind in CONFIGS if kind != "bert_body"}  # which has no logits


@pytest.mark.slow
@pytest.mark.parametrize("kind", GOLDEN)
def test_transformers_agrees(kind, tmp_path):
    transformers, torch = pytest.importorskip("transformers"), pytest.importorskip("torch")
    folder = write_foreign_folder(tmp_path / kind, kind)
    cls = getattr(transformers, CONFIGS[kind]["architectures"][0])
    model, report = cls.from_pretrained(folder, attn_implementation="eager", output_loading_info=True)
    assert not report["missing_keys"] and not report["unexpected_keys"]
    targets = {"decoder_input_ids": torch.tensor(TARGET)} if "t5" in kind else {}
    with torch.no_grad():
        out = model.eval()(input_ids=torch.tensor(TOKENS), **targets)
    logits = (out.prediction_logits if "prediction_logits" in out else out.logits).numpy()
    np.testing.assert_allclose(logits[0, -1, :5] if logits.ndim == 3 else logits[0, -5:], GOLDEN[kind], atol=1e-4)
