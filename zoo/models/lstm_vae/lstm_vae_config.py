"""Configuration of the variational autoencoders of sentences."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, NonNegativeFloat, model_validator

from ...field_types import NumLayers, Rate, Size
from ...model_config import ModelConfig

MOST_COMPONENTS = 4096


class LSTMVAEConfig(ModelConfig):
    """An LSTM encodes a sentence as a latent vector z, and another generates it from z (Bowman et al. 2016).

    Args:
        vocabulary_size: the number of tokens, V.
        embedding_dim: the width of the token embedding, which encoder and decoder share.
        hidden_dim: the number of units per layer and direction.
        latent_dim: the width of z.
        num_layers: stacked layers of the encoder, and of the decoder.
        bidirectional: whether the encoder reads in both directions.
        dropout: the dropout rate of the embedding, between layers and of the last output.
        prior: the prior of z: "normal", N(0, I); "mixture", of normal distributions; "tree", a mixture whose components
            are the leaves of a tree and share the parameters on their paths.
        num_components: the number of components of the mixture, up to 4,096.
        tree_depth, tree_branching: the number of levels of the tree and of children per node; up to 4,096 leaves.
        initializer_range: matrices are initialized uniformly in ± this.
    """

    family: ClassVar[str] = "lstm_vae"
    body: ClassVar = "latent"
    default_task: ClassVar[str] = "latent_lm"

    embedding_dim: Size
    hidden_dim: Size
    latent_dim: Size
    num_layers: NumLayers = 1
    bidirectional: bool = True
    dropout: Rate = 0.0
    prior: Literal["normal", "mixture", "tree"] = "normal"
    num_components: Annotated[int, Field(ge=1, le=MOST_COMPONENTS)] = 16
    tree_depth: Annotated[int, Field(ge=1, le=12)] = 2
    tree_branching: Annotated[int, Field(ge=1, le=MOST_COMPONENTS)] = 4
    initializer_range: NonNegativeFloat = 0.1

    @model_validator(mode="after")
    def _tree_is_small(self):
        leaves = self.tree_branching**self.tree_depth
        if leaves > MOST_COMPONENTS:
            raise ValueError(
                f"tree_branching ({self.tree_branching}) to the power of tree_depth ({self.tree_depth}) must be at "
                f"most {MOST_COMPONENTS:,} leaves, not {leaves:,}"
            )
        return self

    @property
    def components(self) -> int:
        """The number of parameter sets of the prior (mean, variances, logit): components, or nodes below the root."""
        nodes = sum(self.tree_branching**level for level in range(1, self.tree_depth + 1))
        return {"normal": 0, "mixture": self.num_components, "tree": nodes}[self.prior]

    def body_count(self):
        """The parameters of embedding, encoder, q(z | x), prior, the decoder and its initial state."""
        hidden, latent, directions = self.hidden_dim, self.latent_dim, 2 if self.bidirectional else 1
        count = self.vocabulary_size * self.embedding_dim
        encoded, decoded = self.embedding_dim, self.embedding_dim + latent
        for _ in range(self.num_layers):
            count += directions * 4 * hidden * (encoded + hidden + 1) + 4 * hidden * (decoded + hidden + 1)
            encoded, decoded = directions * hidden, hidden
        count += (encoded + 1) * 2 * latent + self.components * (1 + 2 * latent)
        return count + (latent + 1) * 2 * self.num_layers * hidden

    def head_count(self, task, **options):
        """See `ModelConfig`; a bias per token, and a matrix."""
        if task != self.default_task:
            return super().head_count(task, **options)
        return self.vocabulary_size * (self.hidden_dim + 1)

    def build_backbone(self):
        """Builds the layers."""
        from .lstm_vae_backbone import LSTMVAEBackbone

        return LSTMVAEBackbone(self, name="backbone")
