"""Where the parts of an export lie: agreed between what writes one and what reads it."""

FORMAT = 1
MANIFEST_FILE = "manifest.json"

TOKENS_FILE = "tokens.json"
"""The printable names of all tokens."""

TOKENIZER_FOLDER = "tokenizer/"
"""The tokenizer, as `load_tokenizer` and `load_plain_tokenizer` read it."""

EXTRA_FOLDER = "assets.extra/"
"""Of a SavedModel: the folder of those two and of others that TensorFlow leaves alone."""
