# Two commands matter on a fresh machine: `make scenario` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH_DATA ?= build/bench
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# Python reads where an editable install lies in the letters of the locale, which C has only 128 of
export LC_ALL := C.UTF-8

.PHONY: scenario test test-slow setup setup-dev lint sample golden bench docs clean

scenario: $(VENV)/.installed
	$(BIN)/flowrisk scenario --providers msci,all -o report.html --force

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow"

# what takes minutes or builds environments: CONTRIBUTING.md, "Tests"
test-slow: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n auto --dist loadfile -m slow

setup: $(VENV)/.installed
setup-dev: $(VENV)/.installed-dev

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

sample: $(VENV)/.installed
	$(BIN)/python scripts/build_sample.py

golden: $(VENV)/.installed-dev
	FLOWRISK_GOLDEN=renew $(BIN)/python -m pytest tests/house/test_golden.py

bench: $(VENV)/.installed-dev
	BENCH_DATA=$(BENCH_DATA) $(BIN)/python benchmarks/run.py $(BENCH)

docs: $(VENV)/.installed-dev
	$(BIN)/python scripts/build_schemas.py
	$(BIN)/python scripts/build_docs.py

clean:
	rm -rf $(VENV) dist build site artefacts report.html

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install -c constraints.txt -e .
	touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install -c constraints.txt -e '.[dev]'
	touch $@ $(VENV)/.installed
