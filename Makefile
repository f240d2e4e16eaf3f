# Two commands do everything on a fresh Linux machine with Python 3.11 and make: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help demo dev test test-all verify lint format clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

# pip, not uv or poetry: it finds the CPU build of torch where a machine offers one (DESIGN, set-up rules)
$(VENV)/.ready: pyproject.toml constraints.txt
	@echo "Installing the environment into $(VENV) (some minutes the first time) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) --editable '.[ocr]'
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
	@echo "Installing the tools for tests and linting …"
	@$(PIP) --editable '.[dev]'
	@# PySceneDetect asks for the OpenCV that needs a desktop's libraries; the headless build serves it as well
	@$(BIN)/python -m pip uninstall --quiet --yes opencv-python opencv-python-headless
	@$(PIP) --no-deps opencv-python-headless
	@touch $@

demo: $(VENV)/.ready ## environment, then the main job on a small demo archive
	@$(BIN)/archive-pipeline demo

dev: $(VENV)/.ready ## the Dagster UI and daemon on http://127.0.0.1:3000
	@$(BIN)/archive-pipeline dev

test: $(VENV)/.ready-dev ## the tests to run while you work
	@$(BIN)/pytest -m "not verify and not thorough" --hypothesis-profile=quick -n $${PYTEST_WORKERS:-2}

test-all: $(VENV)/.ready-dev ## all tests: more codecs, kill loops and browser pages, and vLLM; what CI runs
	@$(BIN)/pytest -m "not verify and not brief" -n $${PYTEST_WORKERS:-4}

verify: $(VENV)/.ready-dev ## the long measurements, which are not in CI
	@$(BIN)/pytest -m verify -s

lint: $(VENV)/.ready-dev ## format, lint and types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

format: $(VENV)/.ready-dev ## make the code look as lint wants it
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean: ## remove the environment and caches; data/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
