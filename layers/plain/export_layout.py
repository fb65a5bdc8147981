"""The names of the files of an export, shared by the code that writes and reads exports."""

FORMAT = 1
MANIFEST_FILE = "manifest.json"

TOKENS_FILE = "tokens.json"
"""The printable names of all tokens."""

TOKENIZER_FOLDER = "tokenizer/"
"""The tokenizer, as `load_tokenizer` and `load_plain_tokenizer` read it."""

EXTRA_FOLDER = "assets.extra/"
"""In a SavedModel: the folder of those two and of other files that TensorFlow ignores."""
