# Every command makes the environment it needs. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# What a shell may hold for other projects, and what would change this one.
unexport PYTHONHOME PYTHONPATH PYTHONIOENCODING PIP_TARGET PIP_PREFIX
export PIP_USER := 0
export PYTHONNOUSERSITE := 1
export PYTHONUTF8 := 1

FITS := -I -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null
PYTHON ?= $(shell for v in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	if command -v $$v >/dev/null && $$v $(FITS); then echo $$v; break; fi; done)
BIN := .venv/bin
STAMP := .venv/.installed
NODE_STAMP := tests/js/node_modules/.installed
PORT ?= 8000
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
TORCH := $(if $(CARD),$(shell grep '^torch==' requirements-torch.txt),-r requirements-torch.txt)

V ?= 2.11.0
# What a researcher runs: the core. The rest of the package, and the book, are for the locked environment.
CORE_TESTS := tests/kernels $(addprefix tests/test_,bases.py convert.py cost.py errors.py face.py functional.py \
	generators.py layers.py memory.py reference.py tools.py)

# Debian 12 has Python 3.11.2. torch is locked in a file of its own.
LOCK := uv pip compile --quiet --universal --generate-hashes --python-version 3.11.2 --no-header --no-annotate --extra test \
	--override <(echo "torch ; sys_platform == 'never'") --no-emit-package torch

.PHONY: help env book page words serve lab lock test test-slow test-site pages-weight update-times browsers test-js test-torch test-triton card wild rehearsal links lint lint-js vendored notebooks bench results store clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

# What cannot be used is made again: an environment that is half made, whose Python is gone, or is of a version that we do
# not take or that PYTHON does not name.
SOUND := $(shell $(BIN)/python -I -c 'import pip, sys; print((3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null)
ifneq ($(filter command environment,$(word 1,$(origin PYTHON))),)
ifneq ($(shell $(BIN)/python -I -c 'import sys; print(sys.version)' 2>/dev/null),$(shell $(PYTHON) -I -c 'import sys; print(sys.version)' 2>/dev/null))
SOUND := False
endif
endif

.PHONY: unsound
$(STAMP): requirements.txt requirements-torch.txt pyproject.toml $(if $(filter True,$(SOUND)),,unsound)
	@test -n "$(PYTHON)" && $(PYTHON) $(FITS) || { echo "No Python from 3.11 to 3.14 was found$(PYTHON:%=, % is none)." \
		"Install one, or name it: make env PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(if $(filter True,$(SOUND)),,rm -rf .venv)
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { rm -rf .venv; echo "$(PYTHON) could not make .venv; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@echo "Installing the locked environment into .venv"
	@$(PIP) -r requirements.txt && $(PIP) $(TORCH) && $(PIP) --no-deps --no-build-isolation -e . || { \
		echo "The packages could not be installed. Is there a network? Then the same command goes on. pip's words stand above." >&2; exit 1; }
	@touch $@

env: $(STAMP) ## make .venv from requirements.txt

book: $(STAMP) ## run every chapter and build the site in _build/html
	@$(BIN)/python -I book/_ext/build.py

page: $(STAMP) ## run and build one chapter, and open it: make page C=toy
	@$(BIN)/python -I book/_ext/build.py $(or $(C),$(error Name a chapter: make page C=toy))

words: $(STAMP) ## count words, lines of code and minutes of reading, chapter by chapter
	@$(BIN)/python book/_ext/reading_time.py

serve: $(STAMP) ## build, then serve the site on this computer: make serve [PORT=8123]
	@$(BIN)/python -I book/_ext/serve.py --try $(PORT)
	@$(MAKE) book
	@$(BIN)/python -I book/_ext/serve.py $(PORT)

lab: $(STAMP) ## open the notebooks in JupyterLab, in a copy of yours: the folder notebooks
	@$(PIP) -r requirements-lab.txt
	@$(BIN)/python book/_ext/notebooks.py --copy notebooks
	@test $$(id -u) != 0 || echo "You are root, and so is all that a notebook runs. JupyterLab answers this computer alone, and only who has its token."
	@$(BIN)/python -m jupyterlab $$([ $$(id -u) != 0 ] || echo --allow-root) notebooks

test: $(STAMP) ## run the tests that need no browser and little time
	@$(BIN)/python -m pytest -m "not browser and not rehearsal and not slow"

test-slow: $(STAMP) ## run the tests that compile, train, start processes or kill them
	@$(BIN)/python -m pytest -m slow

test-site: book ## open every built page in Chromium
	@$(BIN)/python -m pytest -m browser --numprocesses=3  # each waits for its browser now and then

pages-weight: $(STAMP) ## weigh the built pages in Chromium on a slow line: make pages-weight [PAGES="toy index"]
	@$(BIN)/python tests/site/weigh.py $(PAGES)

update-times: $(STAMP) ## time every widget, from a key press to its picture: make update-times [PAGES="toy index"]
	@$(BIN)/python tests/site/update_times.py $(PAGES)

browsers: book ## open every page in Firefox and WebKit, and move every widget: make browsers [PAGES="toy index"]
	@$(BIN)/python tests/site/browsers.py $(PAGES)

test-js: $(STAMP) ## compare the widgets' mathematics with Python's, in Node.js
	@command -v node >/dev/null || { echo "No node was found; install Node.js 18.18 or newer" >&2; exit 1; }
	@$(BIN)/python tests/js/oracle.py _build/oracle.json
	@ACDA_ORACLE=$(CURDIR)/_build/oracle.json node --test tests/js/*.test.js

test-torch: ## run the core's tests, slow ones too, on another torch: make test-torch V=2.11.0
	@test -x .venv-torch-$(V)/bin/pytest || { test -n "$(PYTHON)" && $(PYTHON) -m venv .venv-torch-$(V) && \
		.venv-torch-$(V)/bin/python -m pip install --quiet torch==$(V) -r tests/core-requirements.txt && \
		.venv-torch-$(V)/bin/python -m pip install --quiet --no-deps -e .; }
	@.venv-torch-$(V)/bin/python -m pytest $(wildcard $(CORE_TESTS))

test-triton: ## run the graphics card's kernels in Triton's interpreter, and compile them for three cards
	@test -x .venv-triton/bin/pytest || { test -n "$(PYTHON)" && $(PYTHON) -m venv .venv-triton && \
		.venv-triton/bin/python -m pip install --quiet --no-deps -r requirements-torch.txt && \
		.venv-triton/bin/python -m pip install --quiet -r tests/card/requirements.txt && \
		.venv-triton/bin/python -m pip install --quiet --no-deps -e .; }
	@TRITON_INTERPRET=1 OMP_NUM_THREADS=1 .venv-triton/bin/python -m pytest tests/kernels/test_properties.py tests/card

card: $(STAMP) ## with an NVIDIA card and make env CARD=yes: test, measure and train there, in a few minutes
	-@$(BIN)/python -m pytest -n 0 tests/kernels/test_properties.py tests/kernels/test_cuda.py -k cuda
	-@$(BIN)/python -m pytest -n 0 tests/training/test_fit_on_card.py
	-@$(BIN)/python -m acda_core bench --device cuda --out _build/card/bench_card.json
	-@$(BIN)/python -m acda_core lenet --device cuda --epochs 6 --out _build/card/lenet.json
	-@$(BIN)/python -m acda_core toy --device cuda --seed 0 1 2 3 4 --out _build/card/toy.json

wild: ## try the layer in networks and tools of others, in an environment of its own (several gigabytes)
	@test -x .venv-wild/bin/python || { test -n "$(PYTHON)" && $(PYTHON) -m venv .venv-wild && \
		.venv-wild/bin/python -m pip install --quiet -r tests/wild/requirements.txt && \
		.venv-wild/bin/python -m pip install --quiet --no-deps -e . facenet-pytorch; }
	@.venv-wild/bin/python tests/wild/tools.py
	@.venv-wild/bin/python tests/wild/networks.py
	@.venv-wild/bin/python tests/wild/projection.py --out book/results/projection.json

rehearsal: $(STAMP) ## run every notebook in one environment like Colab's
	@$(BIN)/python -m pytest -m rehearsal

links: book ## ask every link to another host whether it still answers
	@$(BIN)/python book/_ext/check_links.py

lint: $(STAMP) ## check style, types and the notebook twins
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python book/_ext/notebooks.py --check

$(NODE_STAMP): tests/js/package-lock.json
	@command -v npm >/dev/null || { echo "No npm was found; install Node.js 18.18 or newer" >&2; exit 1; }
	@npm ci --silent --prefix tests/js
	@touch $@

lint-js: $(NODE_STAMP) ## check style and types of the JavaScript of widgets and pages
	@npm run --silent lint --prefix tests/js

vendored: ## bundle MathJax and plotly into book/_vendor again, from npm
	@mkdir -p _build/vendored && cp book/_ext/vendored/* _build/vendored
	@npm install --silent --prefix _build/vendored && npm run --silent --prefix _build/vendored build

notebooks: $(STAMP) ## write the notebooks again, from the chapters
	@$(BIN)/python book/_ext/notebooks.py $(if $(FORCE),--force)

bench: $(STAMP) ## measure the layer beside nn.Conv2d (about half an hour)
	@$(BIN)/python -m acda_core bench --out _build/bench_layer.json

results: $(STAMP) ## make each stored result again and compare it (many hours; what each costs is said first)
	@$(BIN)/python -m acda_core replay $(filter-out %_weights.json,$(wildcard book/results/*.json)) --within 0.01

store: $(STAMP) ## write what book/results stores anew, but for what is of another machine (many hours; data: see CONTRIBUTING)
	@$(BIN)/python -m acda_core bench --device cpu --out book/results/bench_layer.json
	@$(BIN)/python -m acda_core bench --device cpu --compile --out book/results/bench_compile.json
	@$(BIN)/python -m acda_core toy --seed 0 1 2 3 4 --out book/results/toy.json --weights book/results/toy_weights.json
	@$(BIN)/python -m acda_core toy --seed 0 1 2 --recipe paper released plain --out book/results/toy_recipes.json
	@$(BIN)/python -m acda_core toy --seed 0 1 2 3 4 --recipe normalised --device cpu --out book/results/toy_normalised.json
	@$(BIN)/python -m acda_core record --out book/results/toy_run.json
	@$(BIN)/python -m acda_core lenet --network conv norm acda --seed 0 1 2 --epochs 6 --out book/results/lenet.json
	@$(BIN)/python -m acda_core lenet --network conv norm acda --seed 0 1 2 --epochs 20 --out book/results/lenet_long.json
	@$(BIN)/python -m acda_core lenet --data cifar100 --network conv norm acda condconv dyconv --seed 0 1 2 --epochs 6 \
		--images 20000 --out book/results/lenet_cifar100.json
	@$(BIN)/python -m acda_core lenet --network condconv dyconv --seed 0 1 2 --epochs 6 --out book/results/lenet_rivals.json
	@$(BIN)/python -m acda_core lenet --network kpn --seed 0 1 2 --epochs 6 --out book/results/lenet_kpn.json
	@$(BIN)/python -m acda_core lenet --network wide --epochs 6 --out book/results/lenet_wide.json
	@$(BIN)/python -m acda_core lenet --network paper_16 paper_norm_16 square_16 square_norm_16 square_hidden_16 \
		released_16 released_64 paper_64 --epochs 4 --images 10000 --out book/results/lenet_phi.json
	@$(BIN)/python -m acda_core lenet --network conv norm --epochs 4 --images 10000 --out book/results/lenet_phi_base.json
	@$(BIN)/python -m acda_core resnet --network conv acda --seed 0 1 2 --epochs 6 --images 20000 --out book/results/resnet.json
	@for data in crowds bccd; do $(BIN)/python -m acda_core counting --data $$data --seed 0 1 2 \
		--network conv wide acda acda_released condconv --epochs $$([ $$data = bccd ] && echo 30 || echo 20) \
		--half book/results/counting_$$data.npz --out book/results/counting_$$data.json; done
	@for problem in denoise sr2; do $(BIN)/python -m acda_core restoration --problem $$problem --seed 0 1 2 --epochs 2 \
		--network conv acda dncnn kpn one_conv one_acda --cut-outs book/results/restoration_$$problem.npz \
		--out book/results/restoration_$$problem.json; done
	@$(BIN)/python -m acda_core scale_choice --seed 0 1 2 --device cpu --out book/results/scale_choice.json
	@$(BIN)/python -m acda_core counting_cells --seed 0 1 2 --device cpu --out book/results/counting_cells.json
	@$(BIN)/python -m acda_core denoise_polyu --network plain_3x3 dncnn kpn one_acda --device cpu \
		--out book/results/denoise_polyu.json
	@$(BIN)/python -m acda_core restoration --network conv acda dncnn kpn one_conv one_acda --epochs 8 \
		--cut-outs book/results/restoration_long.npz --out book/results/restoration_long.json
	@for problem in denoise sr2; do $(BIN)/python -m acda_core restoration --problem $$problem --seed 0 1 2 --epochs 2 \
		--network plain_3x3 --out book/results/restoration_rivals_$$problem.json; done
	@$(BIN)/python -m acda_core restoration --network plain_3x3 --epochs 8 \
		--cut-outs book/results/restoration_rivals_long.npz --out book/results/restoration_rivals_long.json
	@$(BIN)/python -m acda_core lenet_matched --rates --width 1 --seed 1000 --epochs 3 --images 10000 --device cpu \
		--out book/results/lenet_matched_rates.json
	@$(BIN)/python -m acda_core lenet_matched --width 1 --seed 0 1 2 --epochs 6 --images 20000 --device cpu \
		--out book/results/lenet_matched.json
	@$(BIN)/python -m acda_core leave_one_out --steps 500 --device cpu --out book/results/leave_one_out.json
	@$(BIN)/python -m acda_core leave_one_out --steps 2000 --network plain_3x3 one_conv one_acda one_kpn one_bpn conv acda \
		--device cpu --out book/results/leave_one_out_long.json
	@$(BIN)/python -m acda_core leave_one_out --steps 2000 --network conv_ops kpn dncnn --device cpu \
		--out book/results/leave_one_out_whole.json
	@$(BIN)/python -m acda_core ablation --seed 0 1 2 --steps 400 --out book/results/ablation.json
	@$(BIN)/python -m acda_core how_many_filters --weights book/results --network crowds bccd --device cpu \
		--out book/results/how_many_filters.json
	@$(BIN)/python -m acda_core frozen_alpha --weights book/results --network crowds bccd --device cpu \
		--out book/results/frozen_alpha.json
	@$(BIN)/python -m acda_core heterogeneity --rates --device cpu --out book/results/heterogeneity_rates_denoise.json
	@$(BIN)/python -m acda_core heterogeneity --seed 0 1 2 --device cpu --out book/results/heterogeneity.json
	@$(BIN)/python -m acda_core heterogeneity --problem crowds --rates --device cpu \
		--out book/results/heterogeneity_rates_crowds.json
	@$(BIN)/python -m acda_core heterogeneity --problem crowds --seed 0 1 2 --device cpu \
		--out book/results/heterogeneity_crowds.json
	@$(BIN)/python -m acda_core heterogeneity --rates --steps 5000 --out book/results/heterogeneity_rates_long.json
	@$(BIN)/python -m acda_core heterogeneity --tuned book/results/heterogeneity_rates_long.json --h 0 1 --seed 0 1 2 \
		--steps 5000 --device cpu --out book/results/heterogeneity_long.json
	@$(BIN)/python -m acda_core equal_cost --rates --width 2 --seed 1000 --epochs 3 --out book/results/equal_cost_rates.json
	@$(BIN)/python -m acda_core equal_cost --width 1 2 4 --seed 0 1 --epochs 6 --out book/results/equal_cost.json
	@$(BIN)/python -m acda_core equal_cost --width 4 --seed 2 --epochs 6 --out book/results/equal_cost_wide.json
	@$(BIN)/python -m acda_core hero --weights book/results/hero.npz --out book/results/hero.json
	@$(BIN)/python book/_ext/time_notebooks.py
	@$(BIN)/python -m acda_core drop_in --rates --seed 1000 --device cpu --out book/results/drop_in_rates.json
	@$(BIN)/python -m acda_core drop_in --form conv normalised --seed 0 1 2 3 4 5 6 7 8 9 --device cpu \
		--out book/results/drop_in.json
	@$(BIN)/python -m acda_core drop_in --form paper released --seed 0 1 2 --device cpu --out book/results/drop_in_forms.json

lock: ## find the newest versions of all packages, for every system (needs uv)
	@command -v uv >/dev/null || { echo "No uv was found; pip install uv, or see https://docs.astral.sh/uv" >&2; exit 1; }
	@$(LOCK) pyproject.toml requirements.in --upgrade -o requirements.txt
	@$(LOCK) pyproject.toml requirements.in <(echo jupyterlab) -c <(sed -n 's/^\(.*==[^\]*[^ \]\).*/\1/p' requirements.txt) --upgrade -o requirements-lab.txt

clean: ## remove what was built (the environment stays)
	@rm -rf _build .pytest_cache .mypy_cache .ruff_cache .hypothesis
