import numpy as np
from langzoo.zoo.export.warmup import prediction_log

from tests.checks.prediction_log import read_prediction_log


def test_protobuf_reads_what_is_written():
    # A text over 127 and over 16,383 bytes: lengths of two and three bytes.
    inputs = {"prompt": np.array(["猫" * 100, "x" * 20_000], object), "seed": np.int32(-7)}
    found = read_prediction_log(prediction_log("模型", "generate", inputs))
    assert (found["name"], found["signature"], sorted(found["inputs"])) == ("模型", "generate", ["prompt", "seed"])
    assert [text.decode() for text in found["inputs"]["prompt"]] == ["猫" * 100, "x" * 20_000]
    assert found["inputs"]["seed"] == -7 and found["inputs"]["seed"].dtype == np.int32


def test_an_empty_request_by_hand():
    assert prediction_log("m", "score", {}).hex() == "320e0a0c0a0a0a016d1a0573636f7265"
