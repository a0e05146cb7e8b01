# One command per task; each does its own set-up, and the second time in under two seconds.
PYTHON ?= python3
# One more than cores: a browser, a database or a started program is often what a test waits for. With two more each test
# took more than twice as long on two cores, and journeys ran into their own limits.
WORKERS ?= 3
MINUTES ?= 2
export PATH := $(CURDIR)/.tools/bin:$(CURDIR)/.venv/bin:$(PATH)
export UV_PYTHON_DOWNLOADS := never
# Compiled once and kept: else each of the hundreds of processes that the tests start compiles what it imports.
unexport PYTHONDONTWRITEBYTECODE
NOT_IN_SUITE := --ignore=tests/bench --ignore=tests/soak

.DEFAULT_GOAL := help
.PHONY: help demo test test-unit lint build bench soak release lock setup setup-demo setup-bench

help: ## Say what can be done here
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

demo: setup-demo ## Start intake, desk and worker with made-up cases
	@python tools/build.py
	@python -m portal.cli demo

test: setup ## Lint, then the suite, in real browsers and on both stores (make soak has the rest)
	@python tools/lint.py
	@python tools/build.py
	@python -m pytest -n $(WORKERS) $(NOT_IN_SUITE) --without-later tests

test-unit: setup ## The fast tests alone: no browser, no database, no other program, no long search
	@python -m pytest -n 2 $(NOT_IN_SUITE) -m "not slow" tests

lint: setup ## Style, types, import direction and house rules
	@python tools/lint.py

build: setup ## The browser's code and the static site
	@python tools/build.py

bench: setup-bench ## Measure speed, memory and sizes in one table (WRITE=1 puts it into docs/bench.md)
	@python tools/build.py
	@python -m pytest -p no:randomly -p no:xdist tests/bench $(if $(WRITE),--write-figures)

soak: setup ## Run for long under load and kill processes at random (MINUTES=2 for each search)
	@python tools/build.py
	@python -m pytest -p no:xdist -s --timeout 0 --minutes $(MINUTES) --note-proofs tests/soak
	@python -m pytest -n $(WORKERS) $(NOT_IN_SUITE) --only-later --note-proofs tests
	@python -m tests.support.proofs.pages

release: setup ## Refuse while a proof is older than its code (docs/proofs.md), else build the pages to be signed
	@python -m tests.support.proofs.pages --refuse
	@python tools/build.py

lock: ## Compile the lock files again from the newest versions
	@$(PYTHON) tools/setup.py lock

setup:
	@$(PYTHON) tools/setup.py test

setup-demo:
	@$(PYTHON) tools/setup.py demo

setup-bench:
	@$(PYTHON) tools/setup.py bench
