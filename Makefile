# `make` does the main job: it proves the requirements of the smallBMS, writes its code and firmware.
# `make test` runs every check. Both need only python3 (3.11 or newer) and make: what else the
# tests run is installed, or the command that installs it is named.
# PYTHON=/path/to/python3 selects the interpreter.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCKS := requirements.txt requirements-dev.txt
CACHES := .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

MAKEFLAGS += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:

# Modules lying elsewhere must not answer for those of the environment.
unexport PYTHONPATH PYTHONHOME

.PHONY: all verify generate test format lint types imports pytest test-frama-c test-isa benchmark \
    micropython-programs micropython-firmware test-pico-micropython programs lock clean

all: verify generate

verify: $(VENV)/runtime.stamp
	$(BIN)/smallbms verify

# The committed folders; nothing changes in them unless the machine or a generator did.
generate: $(VENV)/runtime.stamp
	$(BIN)/smallbms generate -t c99 -t micropython --monitors --tests -o generated
	$(BIN)/smallbms generate -t pico-c -o generated/pico-c
	$(BIN)/smallbms generate -t pico-micropython -o generated/pico-micropython

test: format lint types imports pytest

format: $(VENV)/dev.stamp
	$(BIN)/ruff format --check

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check

types: $(VENV)/dev.stamp
	$(BIN)/mypy

imports: $(VENV)/dev.stamp
	$(BIN)/lint-imports --no-logo

# In two processes, which take about as long as each other; what the second says comes at the end.
SECOND_HALF := tests/codegen tests/emulation
SECOND_LOG := $(VENV)/second-half.log

pytest: $(VENV)/dev.stamp node_modules/installed.stamp | programs
	@$(BIN)/pytest $(SECOND_HALF) > $(SECOND_LOG) 2>&1 & second=$$!; \
	$(BIN)/pytest $(addprefix --ignore=,$(SECOND_HALF)); status=$$?; \
	wait $$second || status=$$?; \
	cat $(SECOND_LOG); \
	exit $$status

# Not part of `make test`: proving the contracts takes ten minutes, and programs of 1 GB.
FRAMA_C := gcc:gcc frama-c:frama-c-base why3:why3 cvc4:cvc4

test-frama-c: $(VENV)/dev.stamp
	@$(MAKE) programs PROGRAMS="$(FRAMA_C)"
	$(BIN)/pytest $(wildcard tests/codegen/frama_c/test_*.py)

# Not part of `make test`: every encoding of the Cortex-M0 against an emulator, and every machine as
# every compiler compiles it, take half an hour.
test-isa: $(VENV)/dev.stamp | programs
	$(BIN)/pytest $(wildcard tests/verify/translation/machine_code/every/test_*.py)

# Not part of `make test`, but of .ci/run: it builds MicroPython itself, which takes minutes the first
# time, from source packages of a newer Debian. build/micropython keeps what is built.
MICROPYTHON := arm-none-eabi-gcc:gcc-arm-none-eabi cmake:cmake ninja:ninja-build \
    dpkg-source:dpkg-dev
FREEZE := codegen/pico_micropython/build_firmware.sh

micropython-programs:
	@$(MAKE) programs PROGRAMS="$(MICROPYTHON)"
	@echo '#include <stdio.h>' | arm-none-eabi-gcc -E - > /dev/null 2>&1 || { \
	    $(call debian,The C library of the Pico is,libnewlib-arm-none-eabi); }

# The smallBMS in a genuine MicroPython: build/pico-micropython/firmware.uf2.
micropython-firmware: $(VENV)/runtime.stamp | micropython-programs
	$(BIN)/smallbms generate -t pico-micropython -o build/pico-micropython/source
	$(FREEZE) build/pico-micropython/source build/pico-micropython

test-pico-micropython: $(VENV)/dev.stamp node_modules/installed.stamp | micropython-programs
	$(FREEZE) --prepare
	SMALLBMS_TEST_PICO_MICROPYTHON=1 $(BIN)/pytest tests/emulation/pico_micropython

benchmark: $(VENV)/dev.stamp | programs
	$(BIN)/python benchmarks/run.py
	$(BIN)/python -m benchmarks.step

# --- Of the machine: what the generated code is compiled, checked and run with ---

# As program:package. npm comes with node in some packages, and conflicts with it then: that is
# why programs are looked for.
PROGRAMS := gcc:gcc clang:clang cppcheck:cppcheck arm-none-eabi-gcc:gcc-arm-none-eabi \
    node:nodejs npm:npm

# $(call debian,WHAT IS MISSING,PACKAGES): the log is shown only if apt-get fails.
define debian
if [ "$$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then \
    echo "$(1) missing. Install what is, and call make again:" >&2; \
    echo "    sudo apt-get install --no-install-recommends $(2)" >&2; \
    exit 1; \
fi; \
echo "Installing $(2)"; \
log=$$({ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes \
    --no-install-recommends -o DPkg::Lock::Timeout=300 $(2); } 2>&1 < /dev/null) || { \
    echo "$$log" >&2; exit 1; }
endef

# No stamp: looking takes less time than a stamp that is out of date.
programs:
	@missing=; \
	for each in $(PROGRAMS); do \
	    command -v $${each%%:*} > /dev/null || missing="$$missing $${each##*:}"; \
	done; \
	echo '#include <stdio.h>' | gcc -E - > /dev/null 2>&1 || missing="$$missing libc6-dev"; \
	[ -z "$$missing" ] || { $(call debian,Programs that the tests run are,$${missing# }); }

node_modules/installed.stamp: package.json package-lock.json .npmrc | $(VENV)/dev.stamp programs
	@echo "Installing the packages of package-lock.json"
	@npm ci > $(VENV)/npm.log 2>&1 < /dev/null || { cat $(VENV)/npm.log >&2; exit 1; }
	@touch $@

# --- The environment: three stamps, each written after the work that it stands for. ---

# True while packages are being installed: what an aborted install leaves is not trusted.
UNFINISHED := $(VENV)/unfinished

INTERPRETER = $(shell $(PYTHON) -c 'import sys; print(sys.base_prefix, sys.version.split()[0])')
# A copied or moved checkout, an aborted install, or another interpreter asked for.
ifneq ($(file < $(VENV)/location),$(CURDIR))
  STALE := yes
else ifneq ($(wildcard $(UNFINISHED)),)
  STALE := yes
else ifneq ($(origin PYTHON),file)
  ifneq ($(file < $(VENV)/interpreter),$(INTERPRETER))
    STALE := yes
  endif
endif
ifdef STALE
.PHONY: $(VENV)/locked.stamp
endif

# $(call install,WHAT,PIP ARGUMENTS): the log is shown only if pip fails.
define install
@echo "Installing $(1)"
@touch $(UNFINISHED)
@$(BIN)/python -m pip --no-input --disable-pip-version-check install $(2) \
    > $(VENV)/install.log 2>&1 || { cat $(VENV)/install.log >&2; exit 1; }
@rm $(UNFINISHED)
endef

# Made anew whenever a lock changes, so that nothing lingers that a lock no longer names.
$(VENV)/locked.stamp: $(LOCKS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Python 3.11 or newer is needed; $(PYTHON) is not. Name one: make PYTHON=python3.11" >&2; \
	    exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || { \
	    package=$$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
	    $(call debian,Python's venv module is,$$package); }
	@echo "Making $(VENV)"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	$(call install,the packages of requirements.txt,--require-hashes -r requirements.txt)
	@echo "$(INTERPRETER)" > $(VENV)/interpreter
	@echo "$(CURDIR)" > $(VENV)/location
	@touch $@

$(VENV)/runtime.stamp: $(VENV)/locked.stamp pyproject.toml
	$(call install,this checkout,--no-deps --no-build-isolation --editable .)
	@touch $@

$(VENV)/dev.stamp: $(VENV)/locked.stamp | $(VENV)/runtime.stamp
	$(call install,the packages of requirements-dev.txt,--require-hashes -r requirements-dev.txt)
	@touch $@

# --- For maintainers ---

# Keeps the pins that still fit; `make lock UPGRADE=--upgrade` takes the newest of each.
# Run it with the oldest Python supported: its lock also serves the newer ones. The Node.js
# packages are pinned in package.json.
UPGRADE ?=
LOCK_TOOL := .lock-venv
COMPILE = CUSTOM_COMPILE_COMMAND="make lock" $(LOCK_TOOL)/bin/pip-compile --quiet $(UPGRADE) \
    --generate-hashes --strip-extras --allow-unsafe \
    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

lock: | programs
	npm install --package-lock-only --silent
	@rm -rf $(LOCK_TOOL)
	@$(PYTHON) -m venv $(LOCK_TOOL)
	@$(LOCK_TOOL)/bin/pip install --quiet --disable-pip-version-check pip-tools==7.6.2
	$(COMPILE) --build-deps-for=editable --output-file requirements.txt pyproject.toml
	$(COMPILE) --all-extras --constraint requirements.txt \
	    --output-file requirements-dev.txt pyproject.toml
	@rm -rf $(LOCK_TOOL)

clean:
	rm -rf $(VENV) $(LOCK_TOOL) $(CACHES) node_modules build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
