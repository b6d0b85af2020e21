# Everything from a fresh machine with Python 3.11+ and make. `make help` lists what there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
TEST_STAMP := $(VENV)/.ready-for-tests

.DEFAULT_GOAL := help
.PHONY: help demo test check unit bench clean

help: ## What can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(STAMP) ## Set up, run everything over the sample organisation, serve it on port 8000
	$(BIN)/commonplace demo

test: $(TEST_STAMP) ## Set up all the tests need (servers included) and run them all
	sh tests/support/provide.sh
	$(BIN)/python -m pytest -q --durations=15 -n 2 --dist loadfile --no-loadscope-reorder

unit: $(TEST_STAMP) ## Only the tests that need no server, browser or corpus: seconds
	$(BIN)/python -m pytest -q -m "not servers and not browser and not corpora"

check: $(TEST_STAMP) ## Types, style and the laws of the layout (part of `make test` too)
	$(BIN)/python -m pytest -q tests/habits

bench: $(TEST_STAMP) ## Every benchmark beside its peer
	for bench in tests/benchmarks/bench_*.py; do $(BIN)/python -m tests.benchmarks.$$(basename $$bench .py); done

clean: ## Remove what was installed here (never a library)
	rm -rf $(VENV)

$(STAMP): constraints.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; set PYTHON=python3.12 or the like" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

$(TEST_STAMP): $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[test]"
	touch $@
