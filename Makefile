# One folder, .venv, holds all that docreader needs; nothing is installed outside it.
PYTHON ?= python3
BIN := .venv/bin
URL ?= tests/pages/drupal-seed.html
OUT ?= article.mp3

.PHONY: read samples test lint types check bench clean

read: .venv/run.stamp
	$(BIN)/docreader read "$(URL)" -o "$(OUT)"

# What the voices sound like, to hear: docs/samples/.
samples: .venv/run.stamp
	for voice in natural-female natural-male northern; do \
	  $(BIN)/docreader read docs/samples/mau.txt --voice $$voice --bitrate 24 -o docs/samples/$$voice.mp3 || exit 1; done

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

# The natural voice downloads 100 MB and takes 350 MB of disk and 500 MB of memory a core: without them espeak reads.
# make NATURAL=no leaves it out.
NATURAL ?= $(shell $(PYTHON) -c 'import os, shutil; memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 8 << 30; print("yes" if memory > 3 << 30 and shutil.disk_usage(".").free > 1 << 30 else "no")')

.venv/run.stamp: .venv/bin/python pyproject.toml constraints.txt
	@test "$(NATURAL)" = yes && echo "Installing docreader with its natural voice (100 MB) ..." || \
	  echo "Installing docreader without its natural voice (it wants 3 GB of memory and 1 GB of disk): espeak will read"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.$(if $(filter yes,$(NATURAL)),[natural])'
	@touch $@

.venv/dev.stamp: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch .venv/run.stamp $@

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache
