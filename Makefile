# Goldsmith. `make` runs every check; `make help` lists the rest.
.DEFAULT_GOAL := check
SHELL := /bin/sh
PYTHON ?= python3
ARGS ?=
PORT ?= 4566

DEV := .venv/bin
EMULATOR := .venvs/emulator/bin
TOOLS := .venvs/tools/bin
ENVIRONMENTS := .venv/ready .venvs/emulator/ready .venvs/bare/ready .venvs/layer/ready .venvs/tools/ready
PIP := -m pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: help install check format test test-components contracts demo local bench build aws-check clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1|/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

check: lint build test contracts  ## every check; what plain `make` does

install: .venv/ready  ## the goldsmith command and the development tools, in .venv

.venv/ready: requirements/dev.txt pyproject.toml setup.py
	$(PYTHON) -c 'import sys; sys.exit("Goldsmith needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(DEV)/python $(PIP) -r requirements/dev.txt
	$(DEV)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venvs/emulator/ready: requirements/emulator.txt requirements/ministack.txt
	$(PYTHON) -m venv .venvs/emulator
	$(EMULATOR)/python $(PIP) -r requirements/emulator.txt
	$(EMULATOR)/python $(PIP) --no-deps -r requirements/ministack.txt
	@touch $@

.venvs/bare/ready:
	$(PYTHON) -m venv --without-pip .venvs/bare
	@touch $@

.venvs/layer/ready: layers/goldsmith/requirements.txt .venvs/tools/ready
	$(MAKE) --silent -C layers/goldsmith packages-of-this-machine PIP_PYTHON=$(abspath $(TOOLS)/python) GOLDSMITH_LAYER=$(abspath .venvs/layer)
	@cp layers/goldsmith/requirements.txt $@

.venvs/tools/ready: requirements/tools.txt
	$(PYTHON) -m venv .venvs/tools
	$(TOOLS)/python $(PIP) --no-deps -r requirements/tools.txt  # complete; pip takes the extra in botocore[crt] for unpinned
	@touch $@

format: .venv/ready  ## format the code
	$(DEV)/ruff check --quiet --fix-only . && $(DEV)/ruff format --quiet .

lint: .venv/ready .venvs/tools/ready  ## format, style, types, templates and workflows, without running anything
	$(DEV)/ruff format --check --quiet . && $(DEV)/ruff check --quiet .
	$(DEV)/mypy
	@kept=$$($(DEV)/lint-imports --no-logo --no-cache) || { echo "$$kept"; exit 1; }
	$(DEV)/python -m checks
	$(TOOLS)/cfn-lint template.yaml stacks/*.yaml region.yaml member-account.yaml

test: $(ENVIRONMENTS)  ## the tests, on the embedded AWS; ARGS=tests/policy (or any argument of pytest) for these alone
ifeq ($(ARGS),)
	@rm -rf build/journal
	$(DEV)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder --ignore tests/rights --ignore tests/components
	$(DEV)/python -m pytest -q tests/rights
	$(DEV)/python -m tests.mutation
else
	$(DEV)/python -m pytest -q $(ARGS)
endif

test-components: .venv/ready  ## the scripts in components/, run on a Debian 12 root; needs root
	root=$$(tests/components/debian-root build/components) && \
	GOLDSMITH_TEST_ROOT=$$root unshare --mount $(DEV)/python -m pytest -q -n 2 tests/components $(ARGS)

contracts: $(ENVIRONMENTS)  ## leave out each patch of an emulator: its contract test must fail
	$(DEV)/python -m tests.contracts $(ARGS)

demo: $(ENVIRONMENTS)  ## one event in, tested AMIs in three regions out, on an embedded AWS of its own
	@$(DEV)/python -m demo $(ARGS)

local: $(ENVIRONMENTS)  ## the embedded AWS with Goldsmith deployed, until Ctrl-C
	@exec $(DEV)/python -m sandbox.foreground $(PORT)

.venvs/custodian/ready .venvs/amicleaner/ready: .venvs/%/ready: requirements/%.txt
	$(PYTHON) -m venv .venvs/$*
	.venvs/$*/bin/python $(PIP) -r requirements/$*.txt
	@touch $@

bench: $(ENVIRONMENTS) .venvs/custodian/ready .venvs/amicleaner/ready  ## how fast it is, against others in the same run
	$(DEV)/python -m benchmarks.cold_import
	$(DEV)/python -m benchmarks.audit
	$(DEV)/python -m benchmarks.distribute
	$(DEV)/python -m benchmarks.retire
	$(DEV)/python -m benchmarks.sweep

build: .venvs/tools/ready  ## what `sam deploy` sends to AWS, in .aws-sam/build
	find functions layers -name __pycache__ -prune -exec rm -rf {} +
	SAM_CLI_TELEMETRY=0 $(TOOLS)/sam validate --lint --region us-east-1
	SAM_CLI_TELEMETRY=0 PIP_PYTHON=$(abspath $(TOOLS)/python) $(TOOLS)/sam build

aws-check: .venv/ready .venvs/tools/ready  ## ask AWS itself, with your credentials: docs/aws-check.md
	@$(DEV)/python -m aws_check $(ARGS)

clean:  ## remove everything that was made
	rm -rf .aws-sam build .venv .venvs .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -prune -exec rm -rf {} +
