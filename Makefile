# One verb each; `make help` lists them. For GNU make 3.81 (macOS) and later, and any POSIX shell.
# What is installed, and how, is said in requirements/.

CONFIG = config/example.toml
ARGS =
SIDE_BY_SIDE = -n auto --maxprocesses 4 --dist loadfile
UPGRADE =
BIN = .venv/bin

.DEFAULT_GOAL = help
.PHONY: help install run demo test lint nightly docs lock clean tested

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /make \1	/p' Makefile | expand -t 16

install: ## makes .venv with all a user needs, from the lock files
	@sh requirements/install.sh run
	@if [ "$(MAKECMDGOALS)" = install ] && [ -t 1 ]; then \
		echo "Salver is installed; next: make run, or .venv/bin/salver setup"; fi

run: install ## serves with config/example.toml (another: CONFIG=FILE)
	@$(BIN)/salver serve --config $(CONFIG)

demo: install ## the same in a throw-away folder: starts, sends sample mails, prints the table, stops
	@$(BIN)/salver demo

tested:
	@sh requirements/install.sh test

lint: tested ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint ## lint, types and all tests (some of them: ARGS='-k receiver')
	@sh requirements/system.sh
	$(BIN)/pytest -m 'not nightly' $(SIDE_BY_SIDE) $(ARGS)

nightly: tested ## the long tests
	@sh requirements/system.sh
	$(BIN)/pytest -m nightly $(ARGS)

docs: install ## prints into config/default.toml, README.md and RULES.md what the code says
	@$(BIN)/salver docs write

lock: ## pins the dependencies anew (to the newest: UPGRADE=--upgrade)
	@sh requirements/lock.sh $(UPGRADE)

clean: ## removes what was built; mail and store in var/ stay
	rm -rf .venv .venv.old .venv.lock build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find stages pipeline tests -name __pycache__ -prune -exec rm -rf {} +
