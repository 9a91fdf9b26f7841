# One command per chore. Each does all its own set-up; Python ≥ 3.11, pip and make are enough.

PYTHON ?= python3
BIN := .venv/bin
PLUGINS := $(patsubst %,-e %,$(wildcard plugins/*))
DECLARED := pyproject.toml $(wildcard plugins/*/pyproject.toml)

.DEFAULT_GOAL := help
.PHONY: help demo test lint evidence mutants soak docs look bench clean

help:  ## Show these commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

demo: .venv/installed  ## Walk the road once, with synthetic people
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh docs/demo.sh

test: .venv/tools  ## Every test of the library, its plugins, its README and its docs
	$(BIN)/pytest -n auto -q -m "not look"
	$(BIN)/pytest -q -p no:randomly README.md docs  # the examples of a page follow one another

lint: .venv/tools  ## Style, types and floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

evidence: .venv/tools  ## What each adapter shows of itself by its contract tests, written beside it
	$(BIN)/pytest -q -n auto --contract-evidence plugins -k test_contract

mutants: .venv/tools  ## Small changes to sdk/ and the gate, nine in ten of which some test must notice: a sample, SEED=7 for another, ALL=1 for all (hours)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[mutants]'
	$(BIN)/python tests/mutants.py $(if $(ALL),--all,--sample $(or $(SAMPLE),500) --seed $(or $(SEED),2026)) --least 90

soak: .venv/tools  ## The heavy programmes in full: damaged files, hostile texts, kills, mutations, many writers (hours)
	CIGEM_HISTORIES=10000 $(BIN)/pytest -v -m soak -n auto
	CIGEM_CONTRACT=full $(BIN)/pytest -v -n auto -k test_contract plugins tests/plugins

docs: .venv/docs  ## The pages as a site, in build/docs; it needs no network, and its search neither
	$(BIN)/sphinx-build -W --keep-going -q -b html -d build/doctrees docs build/docs
	@echo "build/docs/index.html"

look: docs .venv/tools  ## What an officer sees in LibreOffice and Chromium; pictures stay in build/look (libreoffice-calc, poppler-utils, chromium)
	CIGEM_LOOK=$(CURDIR)/build/look $(BIN)/pytest -q -m look

bench: .venv-bench/installed  ## Side by side with other libraries, in one run, as ratios; ROWS=100000 TURNS=1 for a short one
	.venv-bench/bin/python bench/run.py --rows $(or $(ROWS),1000000) --turns $(or $(TURNS),3)
	.venv-bench/bin/python bench/formats.py --turns $(or $(TURNS),3)
	.venv-bench/bin/python bench/trees.py --turns $(or $(TURNS),3)

.venv-bench/installed: $(DECLARED)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed (make PYTHON=python3.12 …)"; exit 1; }
	@echo "Installing the libraries that are measured beside ours …"
	@rm -rf .venv-bench && $(PYTHON) -m venv .venv-bench && echo '*' > .venv-bench/.gitignore
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -e '.[bench]' $(PLUGINS)
	@touch $@

clean:  ## Remove what these commands made
	rm -rf .venv demo build mutants .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed (make PYTHON=python3.12 …)"; exit 1; }
	@rm -rf .venv
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "venv is missing: apt install python3-venv"; exit 1; }
	@touch $@

.venv/installed: .venv/python $(DECLARED)
	@echo "Installing …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[all]' $(PLUGINS)
	@touch $@

.venv/tools: .venv/installed
	@echo "Installing the tools for tests …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[all,test,lint]' $(PLUGINS)
	@touch $@

.venv/docs: .venv/installed
	@echo "Installing the tools for the pages …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[docs]' $(PLUGINS)
	@touch $@
