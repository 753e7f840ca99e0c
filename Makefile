# Two commands matter to a newcomer: `make demo` and `make test`. Both do all set-up by themselves.
SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
# bytecode is written on purpose: without it Dagster and Great Expectations start two to three times slower
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONPATH
unexport VIRTUAL_ENV
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export GX_ANALYTICS_ENABLED := false

.PHONY: help setup demo test check lint bench lock bundle clean

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: $(VENV)/.ready  ## virtual environment with every pinned package (once; from ./wheelhouse when it is there)

$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	if [ -d wheelhouse ]; then from="--no-index --find-links wheelhouse"; fi; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $$from --no-deps --require-hashes \
	    --only-binary :all: --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-build-isolation --no-deps --editable .
	$(BIN)/python -m pip check --quiet --disable-pip-version-check
	$(BIN)/python -m compileall -q ingestion expectations dispatch orchestration samples
	touch $@

demo: setup  ## a simulated county: months and weeks of forms to a published dispatch
	$(BIN)/diaodu demo --workspace workspace

test: setup  ## all tests
	$(BIN)/python -m pytest -q -n auto --dist loadfile --no-loadscope-reorder --durations=25  # by file, slow ones first

lint: setup  ## ruff, sqlfluff, import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint dbt_project/models dbt_project/tests dbt_project/macros --disable-progress-bar
	$(BIN)/lint-imports

check: lint test  ## what the continuous integration runs

bench: setup  ## the county measure and the reader measure, side by side
	$(BIN)/python -m benchmarks

lock: setup  ## requirements.in -> requirements.lock (needs the network)
	$(BIN)/uv pip compile --quiet --only-binary :all: --python-version 3.11 --python-platform x86_64-manylinux_2_28 \
	    --generate-hashes --no-emit-index-url --no-annotate --no-header requirements.in -o requirements.lock

bundle: setup  ## wheelhouse/: every wheel, to carry to a machine without network
	$(BIN)/python -m pip download --quiet --require-hashes --only-binary :all: --no-deps --requirement requirements.lock \
	    --dest wheelhouse

clean:  ## remove the demo workspace and caches (keeps the environment)
	rm -rf workspace dbt_project/target dbt_project/logs .pytest_cache .ruff_cache
