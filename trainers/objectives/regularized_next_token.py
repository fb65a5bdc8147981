"""Predicting the next token with a penalty on large and fast-changing hidden states."""

import pydantic

from ...layers.plain.errors import UserError
from ...zoo.objective_config import ObjectiveConfig
from .next_token import NextToken
from .register_objective import register_objective


class _Settings(ObjectiveConfig):
    """The weights of activation_regularization (AR) and temporal_regularization (TAR)."""

    activation_regularization: pydantic.PositiveFloat = 2.0
    temporal_regularization: pydantic.PositiveFloat = 1.0


@register_objective("regularized_next_token")
class RegularizedNextToken(NextToken):
    """Cross-entropy of each next token, with activation regularisation of hidden states and their changes.

    Merity et al. 2017, arXiv:1708.01009, and 2018, arXiv:1708.02182, section 4.3: AR is the mean square of the input of
    the head, dropout included; TAR is that of the difference of two steps of the last layer before its dropout. Both
    are means over the width, too. For families whose body provides `undropped_states`.

    Args:
        **kwargs: arguments of `Objective`; `activation_regularization` and `temporal_regularization`, the weights.

    Example:
        >>> model.compile("adam", objective=RegularizedNextToken(activation_regularization=2.0))
        >>> model.fit(dataset)
    """

    Config = _Settings
    is_default = False
    perplexity_of = "next_token"

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.shares = {
            "next_token": 1.0,
            "activation": self.settings.activation_regularization,
            "temporal": self.settings.temporal_regularization,
        }

    def check(self, model):
        """See `Objective`."""
        if model.config.family != "awd_lstm":
            raise UserError(
                "objective.name regularized_next_token is for awd_lstm models, which give their states before dropout, "
                f"not for {model.config.family}: use next_token"
            )

    def weights(self, batch):
        """See `Objective`; a change is the difference between two steps of one batch."""
        import tensorflow as tf

        weights = batch["weights"]
        later = tf.concat([tf.zeros_like(weights[:, :1]), weights[:, 1:]], axis=1)
        return {"next_token": weights, "activation": weights, "temporal": later}

    def items(self, model, batch, state, *, training):
        """See `Objective.items`."""
        import tensorflow as tf

        body = model.hidden_states({"token_ids": batch["token_ids"]}, state or None, training)
        losses = model.head.negative_log_likelihood(body["hidden_states"], batch["targets"])
        hidden, undropped = (tf.cast(body[name], tf.float32) for name in ("hidden_states", "undropped_states"))
        changes = tf.pad(undropped[:, 1:] - undropped[:, :-1], [[0, 0], [1, 0], [0, 0]])
        terms = {"activation": hidden, "temporal": changes}
        squares = {name: tf.reduce_mean(tf.square(each), axis=-1) for name, each in terms.items()}
        return {"next_token": losses, **squares}, body["state"] if state else {}
