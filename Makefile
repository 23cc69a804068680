# Drop-in Hub. `make` alone says what there is to make. Works with GNU make 3.81 and later.

SHELL := bash
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help run test check venv bench soak pictures strings requirements static slow

# Some machines forbid it to everybody; the tests start many programs, each read afresh without it.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
DEV := .venv/.dev .venv/.project
PIP := $(BIN)/python -m pip install --disable-pip-version-check --require-hashes --no-deps --only-binary :all: --no-compile
# On every core; pip itself would use one.
COMPILE_ALL := { $(BIN)/python -m compileall -q -j 0 .venv/lib || true; }
PYTEST := $(BIN)/python -m pytest -q

# $(call step,what happens,command): say it, do it, say how long it took.
define step
@printf '\n== %s\n' '$(1)'; SECONDS=0; { $(2); } || exit 1; printf '   %s s\n' "$$SECONDS"
endef

help: ## say what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ------------------------------------------------------------------------------------ to use

run: .venv/.app .venv/.project ## start a demo hub and a centre, and open the browser
	@exec $(BIN)/hub-app demo

test: $(DEV) ## try everything that is quick, then the stories in the browser
	$(call step,Tests,$(PYTEST) -n auto -m "not slow and not faults and not bench" --ignore=tests/e2e)
	$(call step,Stories in the browser,$(PYTEST) -m "not slow" tests/e2e)

check: static test slow ## everything a change must pass; .ci/run calls this

# ------------------------------------------------------------------------- to judge and measure

strings: $(DEV) ## bring the catalogues of translations up to date
	$(call step,Catalogues of translations,$(BIN)/python -m hub_app.ui.strings_build)

static: $(DEV)
	$(call step,Format,$(BIN)/ruff format --check .)
	$(call step,Lint,$(BIN)/ruff check .)
	$(call step,Types; beside them: packages agree; catalogues are up to date; import directions, \
	  $(BIN)/pyright & types=$$!; $(BIN)/python -m pip check --disable-pip-version-check \
	  && $(BIN)/python -m hub_app.ui.strings_build --check && $(BIN)/lint-imports --no-cache; \
	  rest=$$?; wait $$types && [ $$rest = 0 ])

# Tablets, which often wait for each other, beside all the rest.
SLOW := $(PYTEST) -m "(slow or faults) and not bench"
slow: $(DEV)
	$(call step,Slow tests and faults,$(SLOW) tests/lan & lan=$$!; \
	  $(SLOW) --ignore=tests/lan; rest=$$?; wait $$lan && [ $$rest = 0 ])

bench: $(DEV) ## measure, as ratios within one run
	@$(BIN)/python -m bench

soak: $(DEV) ## try every property with twenty times as many examples, and thousands of halls
	$(call step,Simulated halls,$(BIN)/python -m tests.lan.hall --seeds 3000)
	$(call step,Soak,$(PYTEST) -m "not browser and not bench" --hypothesis-profile=soak)

pictures: $(DEV) ## take the pictures of the screens
	@$(BIN)/python -m tests.pictures

# --------------------------------------------------------------------------------- to set up

venv: $(DEV) ## set up .venv with everything, and do nothing else

# A Python from 3.11 to 3.14 that can make a virtual environment: pydantic is pinned, and its core
# has no wheel for a later one. PYTHON=… names one.
.venv/.python:
	@if $(BIN)/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then touch $@; exit; fi; \
	found=; cannot=; \
	for python in "$${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do \
	  "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null || continue; \
	  if "$$python" -c 'import ensurepip, venv' 2>/dev/null; then found=$$python; break; fi; \
	  cannot=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	done; \
	if [ -z "$$found" ] && [ -n "$$cannot" ]; then \
	  echo "Python $$cannot is here, but it can’t make a virtual environment. Nothing has been changed."; \
	  echo "On Debian, Ubuntu or WSL:  sudo apt install python$$cannot-venv     Then run make again."; \
	  exit 1; \
	elif [ -z "$$found" ]; then \
	  echo "Drop-in Hub needs Python 3.11, 3.12, 3.13 or 3.14, and none was found. Nothing has been changed."; \
	  echo "On Debian, Ubuntu or WSL:  sudo apt install python3 python3-venv     On a Mac:  brew install python@3.13"; \
	  echo "If it is somewhere else:  make PYTHON=/path/to/python3 …"; \
	  exit 1; \
	fi; \
	echo "== Making .venv with $$("$$found" --version)"; SECONDS=0; \
	"$$found" -m venv --clear .venv && touch $@ && printf '   %s s\n' "$$SECONDS"

.venv/.app: requirements.txt | .venv/.python
	$(call step,Fetching what the app needs,{ $(PIP) -r requirements.txt && $(COMPILE_ALL); } || $(no_line))
	@touch $@

.venv/.dev: requirements-dev.txt | .venv/.python
	$(call step,Fetching what the app and its tests need,{ $(PIP) -r requirements-dev.txt && $(COMPILE_ALL); } || $(no_line))
	@touch .venv/.app $@

no_line = { echo "Could not fetch or install every package. Nothing is lost: run the same command again."; false; }

# Comes after .app or .dev, which bring what it builds with.
.venv/.project: pyproject.toml
	$(call step,Putting hub-app and hub-centre in place,$(BIN)/python -m pip install \
	  --disable-pip-version-check -q --no-build-isolation --no-deps -e .)
	@touch $@

# ------------------------------------------------------------------------------- to pin again

# Reads pyproject.toml, pins for every platform and Python 3.11 to 3.14 at once. What is pinned
# stays unless it must move: `make requirements UPGRADE=--upgrade` moves everything to the newest,
# UPGRADE='--upgrade-package httpx' one package.
UPGRADE :=
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --only-binary :all: \
  --generate-hashes --no-emit-index-url --no-emit-build-options --no-strip-extras --no-config \
  --custom-compile-command 'make requirements' $(UPGRADE)
APP = pyproject.toml --extra browser --extra camera --group pyproject.toml:centre --group pyproject.toml:build

requirements: $(DEV) ## pin, with hashes, what pyproject.toml asks for
	$(call step,Pinning,$(COMPILE) $(APP) -o requirements.txt \
	  && $(COMPILE) --group pyproject.toml:centre -c requirements.txt -o requirements-centre.txt \
	  && $(COMPILE) $(APP) --extra simulate --group pyproject.toml:dev -c requirements.txt -o requirements-dev.txt)
