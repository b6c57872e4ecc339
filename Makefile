# Everything sets up its own environment; the only thing wanted is a Python 3.11.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
WORKERS ?= 2
ROOMS := flows curation annotation models warehouse
TRAININGS := tests/end_to_end/test_detector_on_value_eval.py
LONG := tests/end_to_end tests/flows/test_deployments.py tests/flows/people/test_rounds.py tests/flows/people/test_campaign.py \
	tests/flows/modelling/test_scoring.py tests/models/training/test_processes.py
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export TOKENIZERS_PARALLELISM := false
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1

.PHONY: help env demo test lint types imports unit label-studio test-end-to-end test-label-studio test-wheel test-training benchmark gate quality docs clean

help:  ## Print what can be made.
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

env: $(READY)  ## Make the environment (.venv, pinned by constraints.txt).

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is wanted: make PYTHON=python3.11" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	# Python compiles what is imported; compiling everything that is installed takes a minute.
	$(BIN)/python -m pip install --quiet --no-compile --constraint constraints.txt --editable '.[models,offline,dev]'
	# The folders are linked as portions of the namespace, so that Python, mypy, import-linter and editors see new files too.
	@site=$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))'); mkdir -p $$site/valuenet; \
	for room in $(ROOMS); do ln -sfn $(CURDIR)/$$room $$site/valuenet/$$room; done
	@$(BIN)/valuenet --help >/dev/null
	@touch $@

demo: env  ## Build the embedded default end to end: release, figures, model.
	$(BIN)/valuenet build --warehouse data/demo/warehouse --releases data/demo/releases

lint: env
	$(BIN)/ruff check --output-format concise .
	$(BIN)/ruff format --check .

types: env
	$(BIN)/mypy

imports: env
	$(BIN)/lint-imports

unit: env
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --ignore tests/benchmarks --ignore tests/label_studio $(LONG:%=--ignore %) --numprocesses $(WORKERS) --dist loadfile --cov

test: lint types imports unit  ## Run what CI runs first: lint, format, types, import rules, tests, coverage.

test-end-to-end: env  ## Run whole builds and campaigns, kills after every commit, real input, several processes, a cluster, and a real Prefect server with a worker (CI runs it too).
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest $(LONG) $(TRAININGS:%=--ignore %) --numprocesses $(WORKERS) --dist loadfile

test-wheel: env  ## Install the wheel into an empty environment and use it where a folder `models/` of somebody else lies (CI runs it too).
	tests/wheel.sh $(PYTHON)

label-studio: env  ## Start a real Label Studio on this machine (installed first), ready for a campaign.
	$(BIN)/valuenet label-studio start

test-label-studio: env  ## Run the tests on a real Label Studio server and in a real browser (some minutes; CI runs it too).
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || echo "chromium is not there: tests in a browser are skipped (Debian: apt-get install chromium)" >&2
	$(BIN)/valuenet label-studio install
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest tests/label_studio

test-training: env  ## Train the detector on its real data set and hold it against the baselines (not part of CI yet).
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest $(TRAININGS) --numprocesses $(WORKERS) --dist loadfile

benchmark: env  ## Measure speed against peers, as ratios in one run (not part of `make test`).
	$(BIN)/python -m pytest tests/benchmarks --benchmark-only -s

gate: env  ## Train the value model on the published data, whole, with two seeds (fifteen minutes of a free core; with MPNet's packages, an hour).
	VALUENET_GATE=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest tests/end_to_end/test_value_model_on_upstream.py -s -k gate

quality: env  ## Train the measured steps of docs/quality.md (some fifteen minutes of a free core).
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.quality dev one-pass pair

docs: env  ## Write the generated reference pages anew.
	$(BIN)/python -m valuenet.flows.command.reference

clean:  ## Remove the environment and what demo made.
	rm -rf $(VENV) data/demo data/models/valuenet-demo-*
