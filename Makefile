# The commands of this project. `make` alone lists them.

.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

# PYTHON=python3.12 chooses the interpreter that .venv is built with.
export PYTHON

# What `make test` leaves out: `make container` builds and runs images, `make full` plays whole labs
# through, minutes for each.
ARGS ?= -m "not full and not container"
# Two tests at a time, each with one thread. A file's tests stay together (tests/conftest.py).
WORKERS ?= 2
PYTEST := TF_NUM_INTRAOP_THREADS=1 $(BIN)/python -m pytest --durations=15 --numprocesses $(WORKERS)

.PHONY: help lab test container full verify build lint lock bench clean learner dev

help: ## List these commands
	@echo "make lab is all a learner needs. The commands:"
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/\1 \2/p' Makefile | \
		while read -r name what; do printf '  make %-9s %s\n' "$$name" "$$what"; done

lab: learner ## Open the labs in JupyterLab (PORT=8899 chooses the port)
	@$(BIN)/workshop lab $(if $(PORT),--port "$(PORT)")

test: dev ## Run the tests (ARGS="-m 'not slow'" for the quick ones)
	@echo "Running the tests; 'make container' and 'make full' run what takes longer."
	@$(PYTEST) --dist loadgroup $(ARGS)

container: dev ## Build the images of docker/ and binder/, and run them
	@echo "Building and running the images."
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup -m container

full: dev ## Play every lab through: by wrong answers, by the grader, on the real digits
	@echo "Playing every lab through."
	@$(PYTEST) -m full

verify: dev ## Prove that the whole curriculum holds
	@echo "Verifying the curriculum."
	@$(BIN)/workshop verify

build: dev ## Write labs, solutions and skeleton from their sources
	@echo "Building the labs from their sources."
	@$(BIN)/workshop build

lint: dev ## Check style and types
	@echo "Checking style and types."
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

lock: dev ## Rewrite the locks from pyproject.toml (UPGRADE=1 takes the newest releases)
	@echo "Resolving the dependencies for every supported Python and system."
	@$(LOCK) pyproject.toml --extra serving -o requirements.txt
	@$(LOCK) pyproject.toml --extra dev --constraint requirements.txt -o requirements-dev.txt
	@$(LOCK) pyproject.toml --extra serving --extra scale --constraint requirements.txt -o requirements-scale.txt
	@echo uv | $(LOCK) - --constraint requirements-dev.txt -o docker/build.txt

bench: dev ## Run the benchmarks, each prints its table
	@for file in benchmarks/*.py; do \
		echo "Running $$file."; PYTHONPATH=. $(BIN)/python "$$file" || exit 1; \
	done

clean: ## Remove .venv and every cache; your labs and your progress stay
	@echo "Removing .venv and the caches."
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

learner dev:
	@sh scripts/environment.sh $@
