# Each target makes the virtual environment it needs, once; then it is one command.

PYTHON ?= python3
JOBS ?= 2
TESTS ?= tests
SHARED ?= ../shared

VENV := .venv
BIN := $(VENV)/bin
# What is compiled, where there is a compiler; a change makes it anew.
TYPES := $(shell find krakendtw -name '*.pxd')
PARTS := setup.py pyproject.toml krakendtw/compiled.py $(TYPES) $(TYPES:.pxd=.py) \
	$(shell find krakendtw -name '*.pyx')
HOT := tests.transport tests.proxy tests.router tests.gojson tests.encoding
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check \
	--config-settings editable_mode=compat --editable

.DEFAULT_GOAL := help
.PHONY: help install run test test-pure coverage lint format types conformance lint-cases bench clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(PARTS) | $(BIN)/python
	$(INSTALL) '.[all]'
	@touch $@

$(VENV)/.installed-test: $(PARTS) | $(BIN)/python
	$(INSTALL) '.[all,test]'
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-dev: $(PARTS) | $(BIN)/python
	$(INSTALL) '.[all,dev,test]'
	@touch $@ $(VENV)/.installed-test $(VENV)/.installed

install: $(VENV)/.installed  ## install the gateway into .venv, nothing else

run: $(VENV)/.installed  ## start the gateway on conf/demo.json
	@echo 'Try, in another terminal:'
	@echo '  curl -i http://localhost:8080/profile/1    three backends in one answer'
	@echo '  curl -i http://localhost:8080/origin/1     a backend as it is, through no-op'
	@echo '  curl -i http://localhost:8080/hurry        one backend is late: a partial answer'
	$(BIN)/krakendtw run -c conf/demo.json

test: $(VENV)/.installed-test  ## run the tests; TESTS=tests.proxy for a part
	$(BIN)/python -m twisted.trial -j$(JOBS) $(TESTS)

test-pure: $(VENV)/.installed-test  ## the hot path's tests on its Python, uncompiled
	KRAKENDTW_PURE=1 $(BIN)/python -m twisted.trial -j$(JOBS) $(HOT)

coverage: $(VENV)/.installed-test  ## run the tests in one process and report branches
	$(BIN)/python -m coverage run -m twisted.trial $(TESTS)
	$(BIN)/python -m coverage report

lint: $(VENV)/.installed-dev  ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.installed-dev  ## let ruff write the format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.installed-dev  ## mypy, strict
	$(BIN)/mypy

conformance: $(VENV)/.installed  ## the claimed cases in $(SHARED)/conformance
	SHARED=$(SHARED) bash .ci/conformance

lint-cases: $(VENV)/.installed  ## lint the configurations of the conformance cases
	$(BIN)/python .ci/lint-cases $(SHARED)/conformance/cases

bench:  ## throughput beside nginx; needs wrk, nginx and two free cores
	@command -v wrk >/dev/null || { echo 'bench needs wrk'; exit 1; }
	@command -v nginx >/dev/null || { echo 'bench needs nginx'; exit 1; }
	@test -x $(BIN)/krakendtw || { echo 'bench needs the gateway: make install'; exit 1; }
	$(PYTHON) $(SHARED)/bench/bench.py --gateway $(CURDIR)/$(BIN)/krakendtw

clean:  ## remove what the targets made
	rm -rf $(VENV) build dist *.egg-info _trial_temp* .mypy_cache .ruff_cache \
		.hypothesis .coverage twisted/plugins/dropin.cache
	find krakendtw -name '*.so' -delete -o -name '*.c' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
