"""The family, without TensorFlow."""

from typing import ClassVar

from langzoo.zoo import ModelConfig, register_model


class EchoConfig(ModelConfig):
    """A sum of all vectors so far in which each step halves the older ones, and a layer over it."""

    family: ClassVar[str] = "echo"
    foreign: ClassVar[str] = ".foreign"

    hidden_dim: int = 16

    def body_count(self):
        """The embedding and the layer."""
        return (self.vocabulary_size + self.hidden_dim + 1) * self.hidden_dim

    def head_count(self, task, **options):
        """A matrix and a bias."""
        if task != self.default_task:
            return super().head_count(task, **options)
        return self.vocabulary_size * (self.hidden_dim + 1)

    def build_backbone(self):
        """The layers."""
        from .backbone import EchoBackbone

        return EchoBackbone(self, name="backbone")


@register_model()
def echo_tiny() -> EchoConfig:
    """Echoes of 16 numbers."""
    return EchoConfig(vocabulary_size=100)
