"""TensorFlow Text's operation for SentencePiece models."""

import hashlib
from typing import Any

import tensorflow as tf

from ..plain.errors import UserError


def sentence_piece_operation(model: bytes) -> Any:
    """Creates TensorFlow Text's tokenizer.

    Args:
        model: the bytes of a model.

    Raises:
        UserError: its library rejects the model.
    """
    # Imported only here: it has no release for Windows, where the other kinds of tokenizers work.
    import tensorflow_text

    # TensorFlow Text gives the model in memory no name, so that TensorFlow throws it away with its cache of kernels,
    # which tf.random.set_seed empties; a named one stays, and serves every tokenizer of the same model. Private both.
    from tensorflow_text.python.ops.sentencepiece_tokenizer import gen_sentencepiece_tokenizer

    name = f"langzoo_{hashlib.sha256(model).hexdigest()}"

    class NamedModel(tf.saved_model.experimental.TrackableResource):
        def _create_resource(self):
            return gen_sentencepiece_tokenizer.sentencepiece_op(model=model, shared_name=name)

    try:
        operation = tensorflow_text.SentencepieceTokenizer(model)
        operation._model_resource = NamedModel()  # private, see above
        _ = operation._model_resource.resource_handle  # created here, outside every graph
        return operation
    except tf.errors.OpError as error:
        reason = " ".join(str(error.message).split())[-200:]
        raise UserError(f"not a usable SentencePiece model ({reason}): copy it again") from error
