# Two commands: `make verify` (the main job, writes betavae-report/) and `make test` (the default test suite).
# Both set up .venv first, with the versions pinned in constraints.txt, and skip that while nothing has changed.
# Paths are relative throughout and never enter a target's name, because make splits those at spaces.
#
#   make verify ARGS="hoffman --tier fast"     options for betavae verify
#   make test ARGS="tests/cli -x"              options for pytest
#   make PYTHON=/opt/python3.12/bin/python3 test

SHELL = /bin/sh
PYTHON =
EXTRAS = all
WORKERS = 2
ARGS =

BIN = .venv/bin
STAMP = .venv/.betavae-installed

export OMP_NUM_THREADS ?= 1

.PHONY: help verify test reference browser-test lint format environment clean

help:
	@echo "make verify        check every claim and write betavae-report/index.html"
	@echo "make test          run the default test suite"
	@echo "make browser-test  open the report in Chromium and look at it (needs chromium)"
	@echo "make reference     judge everything and make that run reports/baseline.json, REPORT.md and figures"
	@echo "make lint          formatting, lint and types"
	@echo "make clean         remove .venv and caches"

verify: environment
	@echo "Checking the claims (betavae verify $(ARGS))."
	@$(BIN)/python -m verification verify $(ARGS)

test: environment
	@echo "Running the tests (pytest -n $(WORKERS) $(ARGS))."
	@$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

# `betavae baseline accept` alone does as well; this also writes what people read.
reference: environment
	@echo "Making the reference run (reports/)."
	@$(BIN)/python -m verification verify --strict --seed 0 $(ARGS)
	@$(BIN)/python -m verification report
	@$(BIN)/python -m verification baseline accept --yes --anyway
	@cp betavae-report/report.md reports/REPORT.md
	@rm -rf reports/figures
	@mkdir -p reports/figures
	@cp betavae-report/figures/*.svg reports/figures/

browser-test: environment
	@echo "Opening the report in a browser (pytest -m browser)."
	@$(BIN)/python -m pytest -m browser tests/browser $(ARGS)

lint: environment
	@echo "Checking lint (ruff), format (ruff) and types (mypy)."
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python -m mypy

format: environment
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# The stamp names all that the environment depends on, its own place included: a moved environment is made anew.
environment:
	@set -e; \
	key="$$(cat pyproject.toml constraints.txt | cksum) extras=$(EXTRAS) python=$(PYTHON) in $$(pwd -P)"; \
	if [ "$$(cat $(STAMP) 2>/dev/null || true)" = "$$key" ] && $(BIN)/python -c '' 2>/dev/null; then exit 0; fi; \
	right='import sys; sys.exit(sys.version_info < (3, 11))'; \
	found=''; seen=''; \
	for candidate in "$(PYTHON)" python3.13 python3.12 python3.11 python3 python; do \
	  [ -n "$$candidate" ] || continue; \
	  version="$$("$$candidate" -c 'import platform; print(platform.python_version())' 2>/dev/null)" || version=''; \
	  if [ -n "$$version" ]; then \
	    if "$$candidate" -c "$$right" 2>/dev/null; then found="$$candidate"; break; fi; \
	    seen="$$seen $$candidate is $$version;"; \
	  fi; \
	  if [ "$$candidate" = "$(PYTHON)" ]; then break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "betavae needs Python 3.11 or newer, and none was found (looked for python3.13, python3.12, python3.11, python3;$${seen:- no Python at all;} name another with make PYTHON=/path/to/python3.12)." >&2; \
	  exit 1; \
	fi; \
	echo "Setting up .venv with Python $$version ($$found): pinned versions, a minute or two; skipped while nothing changes."; \
	rm -f $(STAMP); \
	if ! $(BIN)/python -c "$$right" 2>/dev/null || ! $(BIN)/python -m pip --version >/dev/null 2>&1 \
	    || [ "$$(cat .venv/.betavae-place 2>/dev/null || pwd -P)" != "$$(pwd -P)" ]; then \
	  if ! "$$found" -m venv --clear .venv; then \
	    echo "$$found could not make a virtual environment; on Debian or Ubuntu install its venv package (apt-get install python3-venv)." >&2; \
	    exit 1; \
	  fi; \
	fi; \
	pwd -P > .venv/.betavae-place; \
	quiet='--quiet'; if [ -t 1 ]; then quiet=''; fi; \
	$(BIN)/python -m pip install $$quiet --disable-pip-version-check --no-input -c constraints.txt -e '.[$(EXTRAS)]'; \
	echo "$$key" > $(STAMP); \
	echo "Environment ready."

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
