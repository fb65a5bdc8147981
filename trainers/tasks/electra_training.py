"""The training of ELECTRA's generator and discriminator."""

from .masked_training import MaskedTraining
from .register_task_training import register_task_training


@register_task_training("electra_pair")
class ElectraTraining(MaskedTraining):
    """Text in files, read as blocks in which a generator replaces tokens; both models learn."""

    example = 'detect(["the cat sat down"])'
