"""The manifest of a search index. Needs no TensorFlow."""

from pathlib import Path
from typing import Literal

import pydantic

from ..errors import UserError
from ..file_entry import sha256_of
from ..read_file import check_regular_file
from ..read_json import read_json

MANIFEST_FILE = "manifest.json"
FORMAT = 1
KIND = "search_index"
MAX_BYTES = 1_000_000
MOST_DOCUMENTS = 2**31 - 1
AGAIN = "build the index again with langzoo index"


class _Part(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(strict=True, allow_inf_nan=False, extra="forbid")


class _File(_Part):
    sha256: str = pydantic.Field(pattern="^[0-9a-f]{64}$")
    bytes: pydantic.NonNegativeInt


class IndexManifest(_Part):
    """The validated manifest of a search index.

    Attributes:
        kind: always "search_index".
        format: format of the folder.
        ranking: "vectors" of a model, or "bm25".
        documents: number of documents, N.
        dimension: size of the vectors, D; 0 for BM25.
        similarity: similarity of vectors.
        model: name of the model when the index was built, for messages; "" for BM25.
        digest: digest of the model.
        files: name -> size and SHA-256.
    """

    kind: Literal["search_index"] = KIND
    format: Literal[1] = FORMAT
    ranking: Literal["vectors", "bm25"]
    documents: int = pydantic.Field(ge=1, le=MOST_DOCUMENTS)
    dimension: int = pydantic.Field(ge=0, le=2**16)
    similarity: Literal["cosine", "dot"] = "cosine"
    model: str = pydantic.Field(default="", max_length=4096)
    digest: str = pydantic.Field(default="", max_length=128)
    files: dict[str, _File]

    @classmethod
    def read(cls, folder: Path) -> "IndexManifest":
        """Reads the manifest of a folder.

        Raises:
            UserError: it is not an index, or damaged.
        """
        if not folder.is_dir():
            raise UserError(f"--index {folder} is not a folder: name one made by langzoo index")
        path = folder / MANIFEST_FILE
        if not path.exists():
            raise UserError(f"--index {folder} holds no index: {MANIFEST_FILE} is missing; {AGAIN}")
        content = read_json(path, max_bytes=MAX_BYTES, mend=AGAIN)
        if content.get("kind") != KIND:
            raise UserError(f"--index {folder} holds something other than an index: name one of langzoo index")
        try:
            return cls.model_validate(content)
        except pydantic.ValidationError as error:
            fault = error.errors(include_url=False)[0]
            place = ".".join(map(str, fault["loc"]))
            raise UserError(f"{path} is damaged, {place}: {fault['msg'][:200]}; {AGAIN}") from None

    def checked_file(self, folder: Path, name: str) -> Path:
        """Returns the path of a file of the index, after checking its size and its SHA-256 hash.

        Raises:
            UserError: it is missing, not a regular file, or damaged.
        """
        path, entry = folder / name, self.files.get(name)
        check_regular_file(path, mend=AGAIN)
        # The size first: a damaged file may be very large.
        if entry is None or path.stat().st_size != entry.bytes or sha256_of(path) != entry.sha256:
            raise UserError(f"{path} is damaged or was altered: its hash is not that of {MANIFEST_FILE}; {AGAIN}")
        return path
