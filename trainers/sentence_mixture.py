"""A Gaussian mixture over the vectors of sentences. Needs no TensorFlow."""

import dataclasses
import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from typing_extensions import Self

from ..layers.plain.errors import UserError
from ..zoo.weights_file import read_tensors, write_tensors

COVARIANCES = ("full", "tied", "diag", "spherical")
FORMAT = 1
FACTS = "mixture"
"""Key of the JSON description in the header of the file."""
LEAST_VARIANCE = 1e-2
"""Added to variances, as a share of their mean, so that a component of one sentence keeps a width."""
STARTS = 3
MOST_ROUNDS = 200
ROWS = 4096


@dataclasses.dataclass(frozen=True)
class SentenceMixture:
    """Gaussian mixture p(x) = Σ_k p(k) N(x; m_k, S_k) over vectors, whose components are clusters.

    Attributes:
        covariance: "full", "tied" (one for all components), "diag" or "spherical".
        weights: p(k), float64 (K,).
        means: m_k, float64 (K, Z).
        precisions: square roots of the inverse covariances as in scikit-learn: (K, Z, Z), (Z, Z), (K, Z) or (K,).
        centre, axes: vectors of width D are projected to Z numbers, `(x - centre) @ axes`: float64 (D,) and (D, Z).
        facts: JSON data that is stored with it: the model and its digest, for instance.

    Example:
        >>> vectors = np.concatenate([np.random.normal(size=(50, 4)), np.random.normal(size=(50, 4)) + 9])
        >>> mixture = SentenceMixture.fit(vectors, clusters=2)
        >>> sorted(np.bincount(mixture.responsibilities(vectors).argmax(axis=1)).tolist())
        [50, 50]
    """

    covariance: str
    weights: np.ndarray
    means: np.ndarray
    precisions: np.ndarray
    centre: np.ndarray
    axes: np.ndarray
    facts: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @classmethod
    def fit(
        cls,
        vectors: np.ndarray,
        *,
        clusters: int,
        covariance: str = "diag",
        dimensions: int = 0,
        seed: int = 0,
        facts: Mapping[str, Any] | None = None,
    ) -> Self:
        """Fits a mixture by expectation-maximisation from the best of three k-means starts, with scikit-learn.

        Args:
            vectors: (N, D).
            clusters: K, at most N.
            covariance: type of the covariances, one of `COVARIANCES`.
            dimensions: number of principal components to keep, Z, at most D and N; 0 for all of D.
            seed: seed of the starts.
            facts: see the class.

        Raises:
            UserError: more clusters than vectors, too many dimensions, or all vectors are the same.
        """
        from sklearn.decomposition import PCA
        from sklearn.mixture import GaussianMixture

        number, width = vectors.shape
        if clusters > number:
            raise UserError(f"--clusters {clusters} is more than the {number:,} texts of --data: give fewer")
        if dimensions > min(number, width):
            raise UserError(f"--dimensions {dimensions} is more than the {min(number, width)} that the texts have")
        points = np.asarray(vectors, np.float64)
        centre, axes = np.zeros(width), np.eye(width)
        if dimensions:
            found = PCA(dimensions, svd_solver="full").fit(points)
            centre, axes = found.mean_, found.components_.T
            points = (points - centre) @ axes
        spread = float(points.var(axis=0).mean())
        if not spread > 0:
            raise UserError("the vectors of --data are all the same: there is nothing to cluster")
        mixture = GaussianMixture(
            clusters,
            covariance_type=covariance,  # type: ignore[arg-type]
            reg_covar=LEAST_VARIANCE * spread,
            n_init=STARTS,
            max_iter=MOST_ROUNDS,
            random_state=seed,
        ).fit(points)
        weights, means, precisions = map(np.asarray, (mixture.weights_, mixture.means_, mixture.precisions_cholesky_))
        return cls(covariance, weights, means, precisions, centre, axes, facts or {})

    @property
    def num_clusters(self) -> int:
        """K."""
        return len(self.weights)

    @property
    def num_parameters(self) -> int:
        """The number of free parameters of the mixture."""
        k, z = self.means.shape
        of_covariance = {"full": k * z * (z + 1) // 2, "tied": z * (z + 1) // 2, "diag": k * z, "spherical": k}
        return k - 1 + k * z + of_covariance[self.covariance]

    def log_densities(self, vectors: np.ndarray) -> np.ndarray:
        """log N(x; m_k, S_k) of each vector (N, D) under each component, float64 (N, K)."""
        points = (np.asarray(vectors, np.float64) - self.centre) @ self.axes
        width = self.means.shape[1]
        found = np.empty((len(points), self.num_clusters))
        for k, mean in enumerate(self.means):
            root = self.precisions if self.covariance == "tied" else self.precisions[k]
            if np.ndim(root) == 2:
                away, log_root = (points - mean) @ root, np.log(np.diag(root)).sum()
            else:
                away = (points - mean) * root
                log_root = np.log(root).sum() if np.ndim(root) else width * math.log(root)
            found[:, k] = log_root - 0.5 * (width * math.log(2 * math.pi) + np.square(away).sum(axis=1))
        return found

    def responsibilities(self, vectors: np.ndarray) -> np.ndarray:
        """p(k | x) of each vector (N, D), float64 (N, K)."""
        from scipy.special import softmax

        return softmax(self.log_densities(vectors) + np.log(self.weights), axis=1)

    def bic(self, vectors: np.ndarray) -> float:
        """The Bayesian information criterion, lower is better: parameters · log N - 2 log p(vectors)."""
        from scipy.special import logsumexp

        joint = logsumexp(self.log_densities(vectors) + np.log(self.weights), axis=1).sum()
        return float(self.num_parameters * math.log(len(vectors)) - 2 * joint)

    def save(self, path: str | Path) -> None:
        """Writes the mixture as safetensors, described in the header."""
        names = [field.name for field in dataclasses.fields(self) if field.name not in ("covariance", "facts")]
        described = {"format": FORMAT, "covariance": self.covariance, "facts": dict(self.facts)}
        write_tensors(path, {name: getattr(self, name) for name in names}, {FACTS: json.dumps(described)})

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Reads a mixture written by `save`.

        Raises:
            UserError: the file is missing, damaged, or something else.
        """
        arrays, metadata = read_tensors(path)
        strange = UserError(f"{path} contains no clusters written by langzoo cluster --save")
        try:
            described = json.loads(metadata[FACTS])
            found = cls(described["covariance"], **arrays, facts=described["facts"])
            sound = described["format"] == FORMAT and _fits(found)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise strange from None
        if not sound:
            raise strange
        return found


def _fits(mixture: SentenceMixture) -> bool:
    """Whether the shapes of the arrays are consistent."""
    k, z = mixture.means.shape
    roots: Mapping[str, Sequence[int]] = {"full": (k, z, z), "tied": (z, z), "diag": (k, z), "spherical": (k,)}
    return (
        mixture.precisions.shape == roots[mixture.covariance]
        and mixture.weights.shape == (k,)
        and mixture.axes.shape == (*mixture.centre.shape, z)
    )


def best_mixture(
    vectors: np.ndarray,
    *,
    counts: Sequence[int],
    progress: Callable[[int], None] | None = None,
    **options: Any,
) -> tuple[SentenceMixture, dict[int, float]]:
    """Returns the mixture with the lowest Bayesian information criterion (Schwarz 1978) among numbers of clusters.

    Args:
        vectors: (N, D).
        counts: numbers of clusters to try.
        progress: called with the number of mixtures fitted so far.
        **options: arguments of `SentenceMixture.fit`.

    Returns:
        The mixture, and number of clusters -> its criterion.

    Raises:
        UserError: see `SentenceMixture.fit`.
    """
    if max(counts) > len(vectors):
        raise UserError(f"--clusters {max(counts)} is more than the {len(vectors):,} texts of --data: give fewer")
    best, criteria = None, {}
    for done, count in enumerate(counts, start=1):
        mixture = SentenceMixture.fit(vectors, clusters=count, **options)
        criteria[count] = mixture.bic(vectors)
        if best is None or criteria[count] < criteria[best.num_clusters]:
            best = mixture
        if progress is not None:
            progress(done)
    assert best is not None  # there is at least one count
    return best, criteria
