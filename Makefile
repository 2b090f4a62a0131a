# Two commands do everything: `make run` starts a new project, `make test` checks all.
# Each makes the virtual environment it needs, once.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 5000
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

CODE := src tests examples benchmarks
TYPES := $(wildcard src/erlen/*/*.pxd src/erlen/*/*/*.pxd)
KERNEL := $(TYPES) $(TYPES:.pxd=.py) tools/hatch_build.py
OF_KERNEL := tests/_core tests/test_*.py tests/safe tests/json tests/sessions/test_*.py tests/sessions/stores
RUN_READY := $(VENV)/.ready-to-run
DEV_READY := $(VENV)/.ready-to-develop
NEW := .cache/notebook

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run bookshelf test lint types docs compat extensions applications tests coverage oracle bench format changes hooks clean sessions-proof fuzz isolation soak

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: $(NEW)/wsgi.py ## Start a project that `erlen new` wrote, on http://127.0.0.1:5000
	cd $(NEW) && "$(CURDIR)/$(BIN)/erlen" db upgrade
	cd $(NEW) && "$(CURDIR)/$(BIN)/erlen" run --host $(HOST) --port $(PORT)

bookshelf: $(RUN_READY) ## Start the example application on http://127.0.0.1:5000
	$(BIN)/erlen --app examples/bookshelf/bookshelf run --host $(HOST) --port $(PORT)

# The main suite comes last, so that its summary is what a reader sees first.
test: ## Check everything: lint, types, docs, the test suite
	@$(MAKE) --no-print-directory lint types docs
	@$(MAKE) --no-print-directory tests

lint: $(DEV_READY) ## Run ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV_READY) ## Run mypy, strict
	$(BIN)/mypy

docs: $(DEV_READY) ## Build the documentation into docs/_build/html; a warning is an error
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html

compat: $(DEV_READY) ## Run test suites written for Flask and Werkzeug on Erlen
	$(BIN)/python tests/compat/run.py

extensions: $(DEV_READY) ## Run real extensions on Flask and on Erlen; write docs/extensions.md
	$(BIN)/python tests/extensions/run.py

applications: $(DEV_READY) ## Run httpbin, moto and others on both; write docs/applications.md
	$(BIN)/python tests/applications/run.py

# The kernel may be compiled; its tests, and those of the core, run on the interpreted form as well.
tests: $(DEV_READY) ## Run the test suite and the tests of the examples
	ERLEN_INTERPRETED=1 $(BIN)/python -m pytest -q $(OF_KERNEL)
	$(BIN)/python -m pytest -q

# What is compiled can only be measured in its interpreted form, and what uses it in the other.
# Where a service is missing, the branches that need it are missed.
coverage: $(DEV_READY) ## Run the test suite and measure the branches it takes
	ERLEN_INTERPRETED=1 $(BIN)/python -m pytest -q --cov --cov-report= $(OF_KERNEL)
	$(BIN)/python -m pytest -q --cov --cov-append --cov-fail-under=100 --cov-report=term --cov-report=html

oracle: $(DEV_READY) ## Compare with Flask and Werkzeug 200,000 times: answers, matches, URLs
	ERLEN_ORACLE_COMPARISONS=200000 $(BIN)/python -m pytest -q tests/oracle tests/differential

sessions-proof: $(DEV_READY) ## Load one session from 8 processes, on every store (half an hour)
	ERLEN_SESSIONS_PROOF=full $(BIN)/python -m pytest -q -s tests/contracts tests/sessions

SEED ?= 1
fuzz: $(DEV_READY) ## Send the application 1,000,000 random requests (10 minutes; SEED=1)
	$(BIN)/python -m tests.fuzz --requests 1000000 --seed $(SEED)

isolation: $(DEV_READY) ## Look for requests that see each other, among 1,000,000 (15 minutes)
	$(BIN)/python -m tests.isolation --requests 1000000 --seed $(SEED)

soak: $(DEV_READY) ## Serve 1,000,000 requests, none alike, and look for what stays (5 minutes)
	$(BIN)/python benchmarks/soak.py --requests 1000000 \
		--json benchmarks/recorded/soak.json --svg docs/how/soak.svg

# A benchmark that ends with 69 has said what it needs; the report keeps its earlier tables.
bench: $(DEV_READY) ## Compare Erlen with its peers and write docs/performance.md (10 minutes)
	$(BIN)/python benchmarks/inprocess.py --medians --json benchmarks/recorded/inprocess.json
	$(BIN)/python benchmarks/databases.py --json benchmarks/recorded/databases.json || [ $$? = 69 ]
	$(BIN)/python benchmarks/startup.py --json benchmarks/recorded/startup.json
	$(BIN)/python benchmarks/server.py --json benchmarks/recorded/server.json || [ $$? = 69 ]
	$(BIN)/python benchmarks/report.py

format: $(DEV_READY) ## Let ruff mend and format what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

changes: $(DEV_READY) ## Show what the next release's change notes will say
	$(BIN)/towncrier build --draft

hooks: $(DEV_READY) ## Run the linters before every commit
	$(BIN)/pre-commit install

clean: ## Remove the virtual environment and everything that was built
	rm -rf $(VENV) build dist docs/_build htmlcov .cache .coverage .coverage.* \
		.hypothesis .mypy_cache .pytest_cache .ruff_cache src/erlen/new/skeleton/.ruff_cache
	find $(wildcard $(CODE)) -name __pycache__ -type d -prune -exec rm -rf {} +
	find src -name '*.so' -delete

$(BIN)/python:
	tools/make-venv $(PYTHON) $(VENV)

# Written anew, with an empty database, when what `erlen new` writes has changed.
$(NEW)/wsgi.py: $(shell find src/erlen/new -type f -not -path '*cache*') | $(RUN_READY)
	rm -rf $(NEW)
	@mkdir -p $(dir $(NEW))
	$(BIN)/erlen new notebook --directory $(NEW) >/dev/null

$(RUN_READY): pyproject.toml $(KERNEL) | $(BIN)/python
	$(PIP) install --editable ".[brotli,db,dotenv,forms,migrate,redis,server]"
	@touch $@

# `--group` needs a pip of 2025; Debian's is older.
$(DEV_READY): pyproject.toml $(KERNEL) | $(BIN)/python
	$(PIP) install --upgrade "pip>=25.1"
	$(PIP) install --editable ".[all]" --group dev
	@touch $@ $(RUN_READY)
