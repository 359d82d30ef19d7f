# One folder, .venv, holds all that docreader needs; nothing is installed outside it.
PYTHON ?= python3
BIN := .venv/bin
URL ?= tests/pages/drupal-seed.html
OUT ?= article.mp3

.PHONY: read test lint types check bench clean

read: .venv/run.stamp
	$(BIN)/docreader read "$(URL)" -o "$(OUT)"

test: .venv/dev.stamp
	$(BIN)/python -m pytest -n auto

lint: .venv/dev.stamp
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: .venv/dev.stamp
	$(BIN)/mypy

check: test lint types

# pip before 24 cannot read extras written with a hyphen (lxml[html-clean]), hence the upgrade first.
.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("docreader needs Python 3.11 or newer, this is " + sys.version.split()[0] + ": run make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=24'

.venv/run.stamp: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/dev.stamp: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch .venv/run.stamp $@

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache
