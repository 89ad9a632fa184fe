# Everything a fresh machine needs: `make run` to use it, `make test` to check it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
STAMP_DEV := $(VENV)/.installed-dev
# What `make lock` wrote: nothing is installed whose hash is not in it. A file names all that its
# packages need, so pip has nothing to look for; `pip check` in the tests holds it to that.
LOCKED := $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all:

.PHONY: run test check format bench soak types screenshots extras lock wheel sbom clean

run: $(STAMP)
	@$(BIN)/uptake run

# A file's tests stay together, with the servers they share. The processes that tests start find
# modules compiled.
test: export PYTHONDONTWRITEBYTECODE =
test: check
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

check: $(STAMP_DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --num-workers 2
	$(BIN)/lint-imports

# EVAL is a folder with corpus.jsonl, questions.jsonl and out-of-scope.jsonl.
bench: $(STAMP_DEV)
	@test -f "$(EVAL)/corpus.jsonl" || { echo "Say where the evaluation data is: make bench EVAL=…"; exit 2; }
	@$(LOCKED) -r requirements/bench.txt
	$(BIN)/python -m bench.answers $(EVAL)/corpus.jsonl $(EVAL)/questions.jsonl $(EVAL)/out-of-scope.jsonl
	$(BIN)/python -m bench.scale $(EVAL)/corpus.jsonl $(EVAL)/questions.jsonl

# The pictures of README and docs, of the example company, from the real page in the system's Chromium.
screenshots: $(STAMP_DEV)
	$(BIN)/python -m tests.screenshots docs/pictures

format: $(STAMP_DEV)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Four hours: the bot is killed 400 times, and every question is answered once; then 10,000 files
# of each kind, most of them broken, are read or refused. Hypothesis tries all its examples here.
soak: $(STAMP_DEV)
	$(BIN)/pytest -m soak
	EXAMPLES=all $(BIN)/pytest -m 'hypothesis and not soak'
	$(BIN)/python -m bench.soak sqlite --questions 1000 --kills 200
	$(BIN)/python -m bench.soak postgresql --workers 3 --chroma --questions 1000 --kills 200
	$(BIN)/python -m bench.soak postgresql --workers 3 --restart --questions 1000 --kills 200 --database-kills 20
	$(BIN)/python -m bench.soak postgresql --workers 3 --questions 500 --channels 200 --burst
	$(BIN)/python -m bench.soak sqlite --questions 2400 --minutes 120 --faulty
	$(BIN)/python -m bench.loaders
	@if command -v npm >/dev/null; then $(MAKE) types; else echo "Without npm, the types of messages were not checked."; fi

# Every message and view that the tests send, against the types that Slack publishes on npm.
types: $(STAMP_DEV)
	@rm -rf .uptake/sent
	SLACK_EMULATOR_RECORD=$(CURDIR)/.uptake/sent $(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder
	$(BIN)/python -m slack_emulator.published_types .uptake/sent

clean:
	rm -rf $(VENV) .uptake

# The optional parts: metrics, traces, scans, models of OpenAI.
extras: $(STAMP)
	@$(LOCKED) -r requirements/extras.txt

# The versions of constraints.txt, with the hashes of all their files, into requirements/.
lock: $(STAMP_DEV)
	$(BIN)/python -m tests.supply.lock

# The wheel: the same bytes wherever and whenever it is built.
wheel: $(STAMP)
	$(BIN)/python -m hatchling build -t wheel

# What is in the wheel's environment and in the image, as CycloneDX, into dist/. DEBIAN is the bill
# of the image's system packages that tests/supply/sbom.py says how to copy.
sbom: $(STAMP_DEV)
	$(BIN)/python -m tests.supply.sbom dist $(DEBIAN)

# torch goes first: the build for processors, from TORCH_INDEX or from the machine, if there is one.
# pip would otherwise prefer PyPI's.
$(STAMP): pyproject.toml $(wildcard requirements/*.txt)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Uptake into $(VENV). The first time takes a few minutes."
	@$(LOCKED) $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) -r requirements/torch-cpu.txt 2>$(VENV)/torch.log \
		|| $(LOCKED) -r requirements/torch.txt
	@$(LOCKED) -r requirements/run.txt -r requirements/build.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m knowledge.encoding.onnx_export
	@touch $@

$(STAMP_DEV): $(STAMP)
	@$(LOCKED) -r requirements/extras.txt -r requirements/dev.txt
	@touch $@
