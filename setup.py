"""Maps the folders of this tree onto the import root `langzoo`; everything else is in pyproject.toml."""

from setuptools import find_packages, setup

STOREYS = ("layers", "zoo", "trainers", "serving", "cli")

packages = ["langzoo", *(f"langzoo.{storey}" for storey in STOREYS)]
packages += [f"langzoo.{storey}.{name}" for storey in STOREYS for name in find_packages(storey)]

setup(packages=packages, package_dir={"langzoo": "root", **{f"langzoo.{storey}": storey for storey in STOREYS}})
