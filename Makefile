# Two targets do all the set-up on a fresh machine that has Python 3.11 and make:
#   make run    the main job on the built-in demo site, into runs/quickstart
#   make test   lint, types and all tests
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -q

.PHONY: run test lock clean

run: $(VENV)/run.done
	$(BIN)/vqva-crawl run --config configs/quickstart.yaml

test: $(VENV)/dev.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 3 --dist loadfile

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("vqva-crawl needs Python 3.11 or later" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.done: requirements/run.txt requirements/build.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements/build.txt
	$(PIP) install --require-hashes -r requirements/run.txt
	$(PIP) install --no-build-isolation --no-deps -e .
	touch $@

$(VENV)/dev.done: requirements/dev.txt $(VENV)/run.done
	$(PIP) install --require-hashes -r requirements/dev.txt
	touch $@

# Pins and hashes anew from pyproject.toml and requirements/*.in, without any index address.
lock: | $(VENV)/bin/python
	$(PIP) install pip-tools
	cd requirements && for name in build run dev; do \
	  ../$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	    --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file=$$name.txt $$name.in; done

clean:
	rm -rf $(VENV) runs build dist
