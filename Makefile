# Every verb sets up what it needs; a second call reinstalls nothing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export DBT_PROFILES_DIR := $(CURDIR)
# Every connector, as the macro lists them: the linter sees no model that is switched off.
CONNECTORS = $(shell sed -n "s/^ *'\([a-z_]*\)': .*/\1/p" macros/connectors/connector_tables.sql | paste -sd, -)

.DEFAULT_GOAL := help

.PHONY: help
help:  ## list the verbs
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.PHONY: connectors
connectors:  ## list every connector, as C2C_CONNECTORS takes them
	@echo standard,$(CONNECTORS)

.PHONY: build
build: $(VENV)/.installed  ## build, check and publish (demo data, or C2C_RAW_LOCATION); print the report
	@$(BIN)/c2c build
	@$(BIN)/c2c report

.PHONY: replay
replay: build  ## build what was believed at past month ends, then all of it with restatements
	@$(BIN)/c2c replay
	@$(BIN)/c2c build

.PHONY: test
test: lint types unit  ## run all checks: lint, types, tests

.PHONY: lint
lint: $(VENV)/.installed-dev  ## sqlfluff and ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	C2C_DUCKDB_PATH=:memory: C2C_CONNECTORS=standard,$(CONNECTORS) $(BIN)/sqlfluff lint \
		--processes 2 models tests/singular

.PHONY: types
types: $(VENV)/.installed-dev  ## mypy, strict
	$(BIN)/mypy

.PHONY: unit
unit: $(VENV)/.installed-dev $(VENV)-duckdb-1.4/.installed  ## pytest, which runs dbt's own tests too
	$(BIN)/pytest

.PHONY: fuzz
fuzz: $(VENV)/.installed-dev  ## the property tests for long: ten times the worlds
	C2C_TEST_WORLDS=10 $(BIN)/pytest -k 'world or whatever'

.PHONY: histories
histories: $(VENV)/.installed-dev  ## 50 random histories of deliveries through dbt, and a million clicks
	C2C_TEST_HISTORIES=50 $(BIN)/pytest --dist load -k deliveries
	$(BIN)/python bench/shuffled.py

.PHONY: crash
crash: $(VENV)/.installed-dev  ## kill the build 30 times and the publisher 60 times
	C2C_TEST_KILLS=30 $(BIN)/pytest -n 0 -s tests/python/test_crash.py -k killed

.PHONY: bad-days
bad-days: $(VENV)/.installed-dev  ## make docs/bad-days.md again, after changing tests/python/bad_days
	PYTHONPATH=.:tests/python $(BIN)/python -m bad_days.page

# The build of a past commit has a worktree of its own; where it needs the same packages it
# borrows this environment (-o: without installing into it). The builds talk on stderr.
DIFF := $(CURDIR)/build/diff
BORROWED = VENV=$(abspath $(VENV)) -o $(abspath $(VENV))/.installed
built_to = C2C_DUCKDB_PATH=$(1).duckdb C2C_PUBLISHED_PATH=$(1)_published.duckdb \
	C2C_HISTORY_PATH=$(1)_history

.PHONY: diff
diff: $(VENV)/.installed  ## print as Markdown what changed in the marts since BASE, a commit
	@test -n '$(BASE)' || { echo 'error: since when? make diff BASE=main' >&2; exit 1; }
	@rm -rf $(DIFF)_* && git worktree prune
	@git worktree add --quiet --detach $(DIFF)_base '$(BASE)'
	@cd $(DIFF)_base && PYTHONPATH=$(DIFF)_base $(call built_to,$(DIFF)_before) $(MAKE) build \
		$$(cmp -s requirements.txt $(CURDIR)/requirements.txt && echo $(BORROWED)) >&2
	@$(call built_to,$(DIFF)_after) $(MAKE) build >&2
	@$(BIN)/c2c diff $(DIFF)_before_published.duckdb $(DIFF)_after_published.duckdb
	@git worktree remove --force $(DIFF)_base

.PHONY: docs
docs: $(VENV)/.installed  ## the catalogue of models, as a site in target/
	$(BIN)/dbt docs generate
	@echo 'to read it: $(BIN)/dbt docs serve'

.PHONY: demo
demo: $(VENV)/.installed  ## make the committed demo data again
	$(BIN)/c2c simulate --out seeds/demo

# The demo is too small to show how value comes in; a year of 300,000 clicks is not.
PICTURED := build/pictured

.PHONY: plots
plots: $(VENV)/.installed  ## draw the pictures of docs/images again, of a simulated year
	$(BIN)/c2c simulate --out $(PICTURED) --clicks 300000 --days 365 --format parquet
	C2C_RAW_LOCATION=$(PICTURED) $(call built_to,$(PICTURED)) $(BIN)/c2c build --skip-checks
	$(BIN)/c2c plot --database $(PICTURED)_published.duckdb --out $(PICTURED)_plots
	install -m 644 $(PICTURED)_plots/*.svg docs/images

.PHONY: bench
bench: $(VENV)/.installed  ## time 1 and 10 million clicks beside SQL by hand; SIZE=100m: 100 too
	$(BIN)/python bench/run.py 1m 10m $(SIZE)

.PHONY: bench-parts
bench-parts: $(VENV)/.installed  ## time the demo, lead scores, replays and an export
	$(BIN)/python bench/parts.py

.PHONY: lock
lock: $(VENV)/.installed-dev  ## compile the requirements anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links --no-strip-extras -q \
		requirements-dev.in -o requirements-dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links --no-strip-extras -q \
		requirements.in -c requirements-dev.txt -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links --no-strip-extras -q \
		requirements-duckdb-1.4.in -o requirements-duckdb-1.4.txt

.PHONY: clean
clean:  ## remove what was built; the environment stays
	rm -rf target logs build/*

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
		|| { echo "error: Python 3.11, 3.12 or 3.13 is needed: make build PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# An older DuckDB client, as BI tools have it; it cannot live in the same environment.
$(VENV)-duckdb-1.4/.installed: requirements-duckdb-1.4.txt | $(VENV)/bin/python
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@
