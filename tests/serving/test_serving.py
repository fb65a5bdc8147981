import subprocess
import sys

import pytest


def test_looking_at_a_folder_loads_neither_tensorflow_nor_the_zoo():
    code = "import sys, langzoo.serving as s; s.is_export('.');"
    code += "print([name for name in ('tensorflow', 'langzoo.zoo') if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stdout.strip() == "[]", run.stderr


def test_public_names():
    import langzoo.serving as serving

    assert serving.ExportedModel.__name__ == "ExportedModel" and "ExportedModel" in dir(serving)
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = serving.no_such_name
