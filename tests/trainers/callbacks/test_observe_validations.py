import math
from types import SimpleNamespace

import pytest
from langzoo.trainers.callbacks import ObserveValidations


def test_an_optimizer_hears_of_validations_as_losses():
    heard = []
    optimizer = SimpleNamespace(observe=heard.append)
    ObserveValidations(optimizer, figure="val_loss").on_epoch_end(0, {"val_loss": 3, "loss": 9.0})
    accuracy = ObserveValidations(optimizer, figure="val_accuracy", direction="max")
    accuracy.on_epoch_end(0, {"val_accuracy": 0.5})
    accuracy.on_epoch_end(1, {"loss": 9.0})  # without a validation
    ObserveValidations(optimizer, figure="val_loss", as_perplexity=True).on_epoch_end(0, {"val_loss": math.log(120)})
    assert heard == [3.0, -0.5, pytest.approx(120)]
