# What people who work on linli type. Needs Python 3.11 with venv; everything else comes from PyPI.
# `make test` and `make soak` also need a few Debian packages and install them (root or sudo).

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup demo test check test-fast soak bench front messages wheel

help: ## list these targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

setup: ## install what is missing and build what is out of date
	@$(PYTHON) tools/setup.py

demo: ## the demo city on http://localhost:8000
	@$(PYTHON) tools/setup.py --then $(BIN)/linli demo

test: setup ## every check and test: SQLite, PostgreSQL, browser, API
	@$(BIN)/python -m tools.stages test

check: setup ## the checks alone
	@$(BIN)/python -m tools.stages check

test-fast: setup ## the tests that matter every few minutes
	@$(BIN)/python -m tools.stages test-fast

soak: setup ## the long tests: hundreds of kills, long fuzzing
	@$(BIN)/python -m tools.stages soak

bench: setup ## measure beside a PostgreSQL of its own
	@$(BIN)/uv sync --frozen --quiet --all-extras --group bench
	@$(BIN)/python -m tools.debian
	@$(BIN)/python -m tools.postgres --durable -- $(BIN)/python -m bench

front: ## build the front end
	@$(PYTHON) tools/setup.py --front

messages: setup ## check the translations and compile them
	@$(BIN)/python -m tools.messages check
	@$(BIN)/python -m tools.messages compile

wheel: setup ## dist/linli-*.whl with front end and translations inside
	@$(BIN)/uv build --quiet --wheel --out-dir dist
	@ls -1 dist/*.whl
