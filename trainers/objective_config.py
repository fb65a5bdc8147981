"""What a model learns, beside the text. Importing this loads no TensorFlow."""

from pydantic import Field

from .strict_config import StrictConfig


class ObjectiveConfig(StrictConfig):
    """What the objectives leave open.

    mask_rate: share of the tokens that a masked model is asked for; of these mask_share are shown as the mask token,
        random_share as any other token, and the rest as they are (Devlin et al. 2019: 0.15, 0.8, 0.1).
    label_smoothing: share of the target's probability that is spread over all words (Szegedy et al. 2016), in training.
    """

    mask_rate: float = Field(default=0.15, gt=0, le=1)
    mask_share: float = Field(default=0.8, ge=0, le=1)
    random_share: float = Field(default=0.1, ge=0, le=1)
    label_smoothing: float = Field(default=0.0, ge=0, lt=1)
