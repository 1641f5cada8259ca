# Everything that CI runs, and what rewrites generated files. `make` alone checks it all.
.PHONY: all fmt lint types test golden docs docs-check bench

all: lint types test docs-check

fmt:
	ruff check --fix-only .
	ruff format .

lint:
	ruff check .
	ruff format --check .
	lint-imports

types:
	mypy

test:
	pytest -n auto --cov --cov-fail-under=95

golden:
	LICTOR_UPDATE_GOLDEN=1 pytest -q tests/unit tests/scenarios

docs:
	python docs/generate.py

docs-check:
	python docs/generate.py --check

bench:
	python tests/bench/start_up.py
	python tests/bench/queries.py
	python tests/bench/compare.py --peers peers # what tests/bench/peers.sh put into ./peers
