"""A Python of its own for what must run without this package."""

import errno
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..export_error import ExportError


def run_alone(
    script: Path | str, request: Mapping[str, Any], arrays: Mapping[str, np.ndarray] | None = None
) -> tuple[Any, dict[str, np.ndarray]]:
    """Runs a script of this folder in another process, on the CPU, and returns what it answers.

    Args:
        script: its path; it is given the paths of a request and of an answer, both JSON; beside them lie arrays, in
            files of the same names and `.npz`.
        request: JSON values; `path` is added, the folders where this process looks for packages, because a Python that
            is isolated from this folder (`-I`) is from the user's site-packages and PYTHONPATH too.
        arrays: by name.

    Returns:
        The answer, and its arrays, where it gives any.

    Raises:
        ExportError: the script failed; the message is the last line that it wrote.
        OSError: the disk of temporary files is full.
    """
    with tempfile.TemporaryDirectory() as folder:
        question, answer = Path(folder) / "request.json", Path(folder) / "answer.json"
        paths = [entry for entry in sys.path if entry]
        question.write_text(json.dumps({**request, "path": paths}), encoding="utf-8")
        np.savez(f"{question}.npz", **(arrays or {}))  # type: ignore[arg-type]
        run = subprocess.run(
            [sys.executable, "-I", str(script), str(question), str(answer)],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            # An export must run where there is no GPU.
            env={**os.environ, "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"},
            check=False,
        )
        if run.returncode != 0:
            lines = [line.strip() for line in run.stderr.splitlines() if line.strip()]
            reason = lines[-1] if lines else f"exit code {run.returncode}"
            if os.strerror(errno.ENOSPC) in reason:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), tempfile.gettempdir())
            raise ExportError(f"the exported model fails in a process without langzoo: {reason}")
        found = Path(f"{answer}.npz")
        outputs = dict(np.load(found)) if found.exists() else {}
        return json.loads(answer.read_text(encoding="utf-8")), outputs
