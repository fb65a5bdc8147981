"""The token embedding for TensorBoard's projector."""

from pathlib import Path

import numpy as np

from ...zoo.atomic_file import replacing, write_text

# The projector computes in the browser; more points only make it slow.
MAX_TOKENS = 5000


def write_projector(folder: Path, embeddings: np.ndarray, tokens: list[str]) -> None:
    """Writes vectors and names as TSV with the projector's configuration; Keras' own callback writes neither
    in a form that the projector reads (keras #20210).

    Args:
        folder: a run's log folder with event files.
        embeddings: (V, D); the first rows, the most frequent tokens, are written.
        tokens: one name per row.
    """
    count = min(len(tokens), MAX_TOKENS)
    folder.mkdir(parents=True, exist_ok=True)
    with replacing(folder / "token_embedding.tsv") as temporary:
        np.savetxt(temporary, embeddings[:count].astype(np.float32), fmt="%.5g", delimiter="\t")
    write_text(folder / "tokens.tsv", "".join(_cell(token) + "\n" for token in tokens[:count]))
    write_text(
        folder / "projector_config.pbtxt",
        'embeddings {\n  tensor_name: "token_embedding"\n  tensor_path: "token_embedding.tsv"\n'
        '  metadata_path: "tokens.tsv"\n}\n',
    )


def _cell(token: str) -> str:
    """Returns a name without characters that would end a cell or a line; a blank one is shown as its code."""
    shown = token.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return shown if shown.strip() else f"U+{ord(shown):04X}" if len(shown) == 1 else repr(shown)
