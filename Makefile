# Needs Python 3.10 to 3.13 with venv, and a package index. `make` alone lists what there is.
PYTHON ?= python3
VENV ?= .venv
READY = $(VENV)/.ready
BENCH_READY = $(VENV)/.bench-ready
INSTALL = $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: help quickstart test attack checks bench clean

help:
	@echo "make quickstart     install into $(VENV), then train, evaluate, generate and export a small model"
	@echo "make test           run the tests (ARGS='tests/zoo -k registry' narrows them down)"
	@echo "make attack         the tests' long half: thousands of damaged files and odd requests, kills, full disks (hours)"
	@echo "make checks         lint, format and types: what CI runs before the tests"
	@echo "make bench ROW=...  compare with peers (installs torch)"
	@echo "make clean          remove what make and Python have made; runs/ and saved_models/ stay"
	@echo "PYTHON=python3.12 chooses the interpreter, VENV=folder where it is installed."

$(READY): setup.py pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) -e '.[test]'
	@touch $@

$(BENCH_READY): $(READY)
	$(INSTALL) -e '.[bench]'
	@touch $@

quickstart: $(READY)
	$(VENV)/bin/langzoo quickstart

# Two processes, each with a thread for its arithmetic: the models are tiny.
test: $(READY)
	TF_NUM_INTRAOP_THREADS=1 $(VENV)/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

attack: $(READY)
	$(VENV)/bin/python -m pytest -m attack tests/attack $(ARGS)

checks: $(READY)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/pyright --pythonpath $(VENV)/bin/python

bench: $(BENCH_READY)
	$(VENV)/bin/python -m benchmarks $(ROW)

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
