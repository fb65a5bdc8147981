import dataclasses

import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.sentence_mixture import COVARIANCES, SentenceMixture, best_mixture
from langzoo.zoo.weights_file import write_tensors
from sklearn.mixture import GaussianMixture

CENTRES = np.array([[0, 0, 0, 0, 0.0], [6, 0, 0, 0, 3], [0, 6, 0, 6, 0]])
OWN = np.repeat([0, 1, 2], [30, 20, 10])
VECTORS = (CENTRES[OWN] + np.random.default_rng(0).normal(size=(60, 5)) * [1, 0.5, 1, 1, 1]).astype(np.float32)


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_densities_responsibilities_and_criterion_are_those_of_scikit_learn(covariance):
    mixture = SentenceMixture.fit(VECTORS, clusters=3, covariance=covariance)
    points = VECTORS.astype(np.float64)
    floor = 1e-2 * points.var(axis=0).mean()
    expected = GaussianMixture(3, covariance_type=covariance, reg_covar=floor, n_init=3, random_state=0).fit(points)
    np.testing.assert_allclose(mixture.responsibilities(VECTORS), expected.predict_proba(points), atol=1e-9)
    joint = mixture.log_densities(VECTORS) + np.log(mixture.weights)
    np.testing.assert_allclose(np.logaddexp.reduce(joint, axis=1), expected.score_samples(points), rtol=1e-9)
    assert mixture.bic(VECTORS) == pytest.approx(expected.bic(points))


def test_the_criterion_finds_the_number_and_the_mixture_the_clusters():
    mixture, criteria = best_mixture(VECTORS, counts=range(1, 6), covariance="spherical")
    assert mixture.num_clusters == 3 == min(criteria, key=criteria.__getitem__)
    found = mixture.responsibilities(VECTORS).argmax(axis=1)
    assert len({*zip(found.tolist(), OWN.tolist(), strict=True)}) == 3
    np.testing.assert_allclose(sorted(mixture.weights), [1 / 6, 1 / 3, 1 / 2], atol=0.01)


@pytest.mark.parametrize(
    "covariance", [each if each == "diag" else pytest.param(each, marks=pytest.mark.ci) for each in COVARIANCES]
)
def test_what_was_saved_puts_new_vectors_where_they_belong(covariance, tmp_path):
    mixture = SentenceMixture.fit(VECTORS, clusters=3, covariance=covariance, dimensions=2, facts={"model": "猫"})
    mixture.save(tmp_path / "a.safetensors")
    loaded = SentenceMixture.load(tmp_path / "a.safetensors")
    assert loaded.facts == {"model": "猫"} and loaded.means.shape == (3, 2)
    new = VECTORS[::7] + np.float32(0.1)
    np.testing.assert_array_equal(loaded.log_densities(new), mixture.log_densities(new))
    assert (loaded.responsibilities(new).argmax(axis=1) == mixture.responsibilities(VECTORS)[::7].argmax(axis=1)).all()


def test_a_seed_settles_all():
    first, again = (SentenceMixture.fit(VECTORS, clusters=4, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.means, again.means)


@pytest.mark.parametrize(
    ("vectors", "options", "message"),
    [
        (VECTORS[:3], {"clusters": 4}, "--clusters 4 is more than the 3 texts"),
        (VECTORS, {"clusters": 2, "dimensions": 6}, "--dimensions 6 is more than the 5"),
        (np.ones((9, 2)), {"clusters": 2}, "all the same"),
    ],
)
def test_what_is_refused(vectors, options, message):
    with pytest.raises(UserError, match=message):
        SentenceMixture.fit(vectors, **options)


def test_files_that_hold_something_else(tmp_path):
    path, other = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    mixture = SentenceMixture.fit(VECTORS, clusters=2)
    dataclasses.replace(mixture, weights=np.ones(7)).save(path)
    write_tensors(other, {"a": np.ones(2)}, {"mixture": "[]"})
    for each in (path, other):
        with pytest.raises(UserError, match="contains no clusters"):
            SentenceMixture.load(each)
    path.write_bytes(other.read_bytes()[:-3])
    with pytest.raises(UserError, match="damaged"):
        SentenceMixture.load(path)
