"""What `langzoo export` refuses before TensorFlow is loaded, which takes seconds."""

import subprocess
import sys

import pytest

CODE = """
import atexit, sys
heavy = ("tensorflow", "keras", "keras_hub", "ai_edge_litert")
atexit.register(lambda: print([name for name in heavy if name in sys.modules]))
sys.argv = ["langzoo", "export", *{words!r}]
from langzoo.cli.main import main
main()
"""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["x", "--format", "onnx"], "unknown format 'onnx'. Known: arpa, huggingface, keras_hub, litert, saved_model"),
        (["x", "--format", "litert", "--quantize", "int4"], "unknown quantization 'int4'"),
        (["x", "--format", "keras_hub", "--portable"], "--portable is for --format saved_model"),
        (["gpt2_smal", "--format", "litert"], "unknown model 'gpt2_smal'. Did you mean gpt2_small"),
    ],
)
def test_a_wrong_request_is_refused_at_once(words, message):
    run = subprocess.run([sys.executable, "-c", CODE.format(words=words)], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (2, "[]\n")
    assert run.stderr.startswith("langzoo: ") and message in run.stderr
