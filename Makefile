# One command for each habit. Everything happens inside .venv; nothing is installed elsewhere.
PYTHON ?= python3
BIN := .venv/bin
PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo serve test check format bench bench-coding clean screenshots

demo: .venv/.installed  ## run the whole pipeline on the bundled survey
	@$(BIN)/mcode demo

serve: .venv/.installed  ## web UI, daemon and code server; Ctrl-C ends all three
	@$(BIN)/mcode serve

test: .venv/.dev-installed  ## every test, slow ones in parallel
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: .venv/.dev-installed  ## format, lint, types, import contract, definitions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/dagster definitions validate -w workspace.yaml
	$(BIN)/dg check defs

format: .venv/.dev-installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/.installed  ## what the work costs, against the old way; writes docs/benchmarks.md
	$(BIN)/python benchmarks/tables.py --report
	$(BIN)/python benchmarks/tables.py --shapes --report
	$(BIN)/python benchmarks/pipeline.py --report

bench-coding: .venv/.installed  ## how well and how fast open answers are coded; writes docs/coding_benchmark.md
	$(BIN)/python benchmarks/coding.py --report

clean:
	rm -rf .venv build *.egg-info .pytest_cache .ruff_cache .mypy_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version)." >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "The virtual environment could not be made; on Debian: apt-get install python3-venv" >&2; exit 1; }

.venv/.installed: .venv/bin/python pyproject.toml setup.cfg constraints.txt
	@echo "Installing mcode_pipelines into .venv (a minute or two the first time) ..."
	@$(PIP_INSTALL) --editable .
	@touch $@

.venv/.dev-installed: .venv/.installed
	@$(PIP_INSTALL) --editable '.[dev]'
	@touch $@
