# The commands of the project. `make run` and `make test` need Python 3.11 or newer and nothing else beforehand.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
CATALOGUES := $(wildcard minewarden/center/*/locale/*/LC_MESSAGES/*.po)

.PHONY: setup run test lint types unit postgres soak bench lock clean

setup: $(STAMP)

$(STAMP): requirements.lock requirements-oracle.txt pyproject.toml package.json tools/install_assets.py $(CATALOGUES)
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Minewarden needs Python 3.11 or newer: make setup PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-oracle.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	$(BIN)/python tools/install_assets.py
	touch $(STAMP)

run: setup
	$(BIN)/minewarden demo

test: setup
	bash tools/test_prerequisites.sh
	$(MAKE) lint types postgres unit

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: setup
	$(BIN)/mypy

unit: setup
	$(BIN)/python -m pytest -n auto --dist loadgroup

# The office's tests once more on a real PostgreSQL, which comes out of a wheel, and the way of a major hazard in a browser.
postgres: setup
	$(BIN)/python tools/with_postgres.py $(BIN)/python -m pytest -m "not soak and not one_database" tests/center tests/browser/test_major_hazard_way.py -n auto --dist loadgroup

soak: setup
	$(BIN)/python -m pytest -m soak

bench: setup
	$(BIN)/python -m bench

lock:
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --python-version 3.11 --no-header --no-emit-index-url --no-annotate --only-binary :all: -q -o requirements.lock

clean:
	rm -rf $(VENV) node_modules out var
