# One command per chore. Each does all its own set-up; Python ≥ 3.11, pip and make are enough.

PYTHON ?= python3
BIN := .venv/bin
PLUGINS := $(patsubst %,-e %,$(wildcard plugins/*))
DECLARED := pyproject.toml $(wildcard plugins/*/pyproject.toml)
FRESH = $(PYTHON) -m venv
PIP := -m pip install --quiet --no-compile --disable-pip-version-check

# What locks/ fixes: versions with hashes, for every Python ≥ 3.11 and every system. Our own packages come from here, without their
# dependencies and built by the setuptools that is locked too.
DEMO := demo
DEV := all,test,lint,docs,mutants
BENCH := bench
IMAGE := all
AUDIT := audit
TYPES := types
locked = $(PIP) --require-hashes -r locks/$(1).txt
ours := $(PIP) --no-deps --no-build-isolation -e . $(PLUGINS)

# Machines for tests often set it; every command would then compile hundreds of modules anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test test-server test-long test-all latest lint audit evidence mutants soak docs look bench lock clean

help:  ## Show these commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 11

demo: .venv/installed  ## Walk the road once, with synthetic people
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh docs/demo.sh

test: .venv/tools  ## Every promise of the library, its plugins, its README and its docs, in small numbers
	@from=$$(date +%s); set -e; \
	$(BIN)/pytest -n auto -q -m "not look and not long"; \
	$(BIN)/pytest -n auto -q --dist loadfile -p no:randomly README.md docs; : "the examples of a page follow one another"; \
	echo "make test: $$(($$(date +%s) - from)) s"

test-long: .venv/tools  ## The same promises in greater numbers: what `make test` leaves out
	CIGEM_LONG=1 $(BIN)/pytest -n auto -q -m "(long or soak or hypothesis) and not look"

test-server: .venv/tools  ## The roads that `make test` walks on files, walked on PostgreSQL as well
	$(BIN)/pytest -n auto -q -m "long and not soak and not look" -k postgresql

test-all: test test-long  ## Both

latest:  ## The tests again, on the newest of everything that the declared ranges let in
	@rm -rf .venv-latest && $(FRESH) .venv-latest && echo '*' > .venv-latest/.gitignore
	.venv-latest/bin/python $(PIP) --upgrade -e '.[all,test]' $(PLUGINS)
	.venv-latest/bin/python -m pytest -n auto -q -m "not look and not long"

lint: .venv/tools .venv-types/installed  ## Style, types and floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@rm -rf build/examples && $(BIN)/python docs/examples.py build/examples
	.venv-types/bin/basedpyright --project pyproject.toml --pythonpath $(BIN)/python

evidence: .venv/tools  ## What each adapter shows of itself by its contract tests, written beside it
	$(BIN)/pytest -q -n auto --contract-evidence plugins -k test_contract

mutants: .venv/tools  ## Small changes to sdk/ and the gate, nine in ten of which some test must notice: a sample, SEED=7 for another, ALL=1 for all (hours)
	$(BIN)/python tests/mutants.py $(if $(ALL),--all,--sample $(or $(SAMPLE),500) --seed $(or $(SEED),2026)) --least 90

soak: .venv/tools  ## The heavy programmes in full: damaged files, hostile texts, kills, mutations, many writers (hours)
	CIGEM_HISTORIES=10000 $(BIN)/pytest -v -m soak -n auto
	CIGEM_CONTRACT=full $(BIN)/pytest -v -n auto -k test_contract plugins tests/plugins

docs: .venv/tools  ## The pages as a site, in build/docs; it needs no network, and its search neither
	$(BIN)/sphinx-build -W --keep-going -q -b html -d build/doctrees docs build/docs
	@echo "build/docs/index.html"

look: docs tests/look/node_modules  ## What an officer sees in LibreOffice and Chromium, in build/look (libreoffice-calc, chromium, npm, poppler-utils, tmux)
	CIGEM_LOOK=$(CURDIR)/build/look $(BIN)/pytest -q -m look

bench: .venv-bench/installed .venv/tools  ## Side by side with other libraries, in one run, as ratios; ROWS=100000 TURNS=1 for a short one
	.venv-bench/bin/python bench/run.py --rows $(or $(ROWS),1000000) --turns $(or $(TURNS),3)
	.venv-bench/bin/python bench/formats.py --turns $(or $(TURNS),3)
	.venv-bench/bin/python bench/trees.py --turns $(or $(TURNS),3)
	.venv-bench/bin/python bench/figures.py --turns $(or $(TURNS),3)
	.venv-bench/bin/python bench/suppression.py --tables $(or $(TURNS),3)
	.venv-bench/bin/python bench/suppression.py --small 100
	.venv-bench/bin/python bench/scholarships.py --peer
	$(BIN)/python bench/columns.py --rows $(or $(ROWS),1000000) --turns $(or $(TURNS),3)
	$(BIN)/python bench/reception.py --turns $(or $(TURNS),3)
	.venv-bench/bin/python bench/assignment.py --turns $(or $(TURNS),3)

audit: .venv-audit/installed .venv/tools  ## Known weaknesses in what is locked, unsafe calls in ours, and build/sbom.json: what it is all made of
	@mkdir -p build
	.venv-audit/bin/cyclonedx-py requirements locks/dev.txt --pyproject pyproject.toml --output-reproducible --of JSON -o build/sbom.json
	$(BIN)/ruff check --select S --ignore S101 src plugins/*/src
	@.venv-audit/bin/pip-audit --require-hashes --disable-pip --progress-spinner off -r locks/dev.txt >build/advisories.txt; known=$$?; \
		cat build/advisories.txt; unseen=$$(grep -c "could not be audited" build/advisories.txt); \
		[ $$unseen = 0 ] || echo "$$unseen packages were looked up nowhere: their advisories are not reached from here, which is no clean bill"; \
		exit $$known

# Quick enough to be run after every change of a declaration. What is locked already stays as it is; NEWEST=1 takes the newest of all.
lock: .venv-lock/bin/uv  ## Write locks/ anew from what is declared; NEWEST=1 to take newer versions too
	$(call lock,dev,$(DEV))
	$(call lock,demo,$(DEMO)) -c locks/dev.txt
	$(call lock,image,$(IMAGE)) -c locks/dev.txt
	$(call lock,bench,$(BENCH))
	$(call lock,audit,$(AUDIT))
	$(call lock,types,$(TYPES))

define lock
@echo "locks/$(1).txt" && { echo 'setuptools>=77'; echo '-e .[$(2)]'; printf -- '-e %s\n' plugins/*; } | \
	.venv-lock/bin/uv pip compile - -o locks/$(1).txt --quiet --universal --python-version 3.11 --generate-hashes $(if $(NEWEST),--upgrade) \
	--no-annotate --custom-compile-command 'make lock' $(patsubst %,--no-emit-package %,cigem-core $(notdir $(wildcard plugins/*)))
endef

clean:  ## Remove what these commands made
	rm -rf .venv .venv-* demo build mutants .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

tests/look/node_modules: tests/look/package-lock.json
	npm ci --prefix tests/look --no-audit --no-fund
	@touch $@

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed (make PYTHON=python3.12 …)"; exit 1; }
	@rm -rf .venv
	@$(FRESH) .venv || { rm -rf .venv; echo "venv is missing: apt install python3-venv"; exit 1; }
	@touch $@

.venv/installed: .venv/python $(DECLARED) locks/demo.txt
	@echo "Installing …"
	@$(BIN)/python $(call locked,demo)
	@$(BIN)/python $(ours)
	@touch $@

.venv/tools: .venv/python $(DECLARED) locks/dev.txt
	@echo "Installing with the tools for tests and pages …"
	@$(BIN)/python $(call locked,dev)
	@$(BIN)/python $(ours)
	@touch $@ .venv/installed

.venv-%/installed: .venv/python $(DECLARED) locks/%.txt
	@echo "Installing what make $* needs …"
	@rm -rf .venv-$* && $(FRESH) .venv-$* && echo '*' > .venv-$*/.gitignore
	@.venv-$*/bin/python $(call locked,$*)
	@.venv-$*/bin/python $(ours)
	@touch $@

.venv-lock/bin/uv: .venv/python
	@rm -rf .venv-lock && $(FRESH) .venv-lock && echo '*' > .venv-lock/.gitignore
	@.venv-lock/bin/python $(PIP) 'uv>=0.9,<1'
