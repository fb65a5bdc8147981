"""The task: how long a text's words are on the whole, from its last token's vector."""

import keras
import tensorflow as tf
from langzoo.layers.heads import last_token
from langzoo.zoo.export.programs import Signature, sample_texts, string_signatures
from langzoo.zoo.tasks import EncoderModel, register_task


@register_task("text_scorer")
@keras.saving.register_keras_serializable(package="echo_zoo")
class TextScorer(EncoderModel):
    """A number for each text."""

    bodies = ("causal",)
    purpose = "gives a text a number"

    def __init__(self, config, *, tokenizer=None, **kwargs):
        super().__init__(config, tokenizer=tokenizer, **kwargs)
        self.head = keras.layers.Dense(1, name="head")
        self.head.build((None, self.backbone.hidden_dim))
        self.built = True

    @classmethod
    def head_count(cls, config, **options):
        """A vector and a bias."""
        return config.output_dim + 1

    def call(self, inputs, training=None):
        """`{"score": (B,)}`."""
        hidden = self.encode(inputs, training)["hidden_states"]
        return {"score": self.head(last_token(hidden, inputs.get("padding_mask")))[:, 0]}

    def score_strings(self, texts):
        """In a graph: strings (B,) -> `score` (B,)."""
        return self(self.pack(texts))

    def answer(self, texts, pairs=None, **options):
        """`score` of each text."""
        scores = self.score_strings(tf.constant(texts, tf.string, shape=[len(texts)]))["score"]
        return [{"score": float(score)} for score in scores]


@string_signatures.register
def _(model: TextScorer):
    """`serving_default`: text (B,) -> score (B,)."""
    scored = Signature(
        function=lambda inputs: model.score_strings(inputs["text"]),
        inputs={"text": tf.TensorSpec((None,), tf.string)},
        meaning="The number of each text",
        examples=[{"text": sample_texts(model)}],
    )
    return {"serving_default": scored}
