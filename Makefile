# For contributors. Nothing in the README needs make.
SHELL = /bin/sh
BIN = .venv/bin
COMPILE = uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
	--no-emit-index-url --no-annotate --custom-compile-command "make locks"

.DEFAULT_GOAL = help
.PHONY: help setup demo test journeys check lint types floors format locks assets clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Make .venv with everything the other targets need
	@./baroalgi setup

demo: ## Run the whole service with invented people
	@./baroalgi demo

test: ## Run every test
	@./baroalgi test

journeys: ## Run the browser tests only
	@./baroalgi test tests/journeys

check: lint types floors ## Run everything that reads the code without running it

lint: setup ## Check style and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: setup ## Check the types
	$(BIN)/mypy

floors: setup ## Check who imports whom
	$(BIN)/lint-imports

format: setup ## Mend style and format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

locks: ## Resolve the dependencies anew (needs uv; keeps what is pinned, `rm *.lock` first to renew)
	$(COMPILE) pyproject.toml -o requirements.lock
	python3 -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], "editables", sep="\n")' \
		| $(COMPILE) - -c requirements.lock -o requirements-build.lock
	$(COMPILE) pyproject.toml --group dev -c requirements.lock -c requirements-build.lock -o requirements-dev.lock

assets: setup ## Build the front end again
	BAROALGI_REBUILD=1 $(BIN)/python -m pip install --quiet --no-build-isolation --no-deps -e .

clean: ## Throw away what was made: .venv, caches, built front end
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache frontend/node_modules dist
