# Every target sets itself up: .venv from pyproject.toml + constraints.txt.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
FAST := tests/unit tests/properties tests/architecture playground/tests/unit
# Which of the fast tests `make test` runs: all, or those that `make check` has left out, where that has run before.
FAST_ONLY ?=
ON_ALL_CORES := --numprocesses auto --dist worksteal
ON_AIRFLOW := tests/contracts/test_airflow.py
# Each listener by itself on SQLite, what can be pressed on both; on both by night: `make properties`. What can be
# pressed is found by pressing, for a minute: by one process for each database.
DOORS := $(addprefix tests/contracts/,test_doors.py test_forged.py test_runs_forged.py)
LONG := tests/bench/bench_rush.py tests/bench/bench_scale.py tests/bench/bench_soak.py
QUICK := $(filter-out $(LONG),$(wildcard tests/bench/bench_*.py))

# Where it is set, every worker of the tests and every bot that they start would compile the whole house again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check properties fuzz judges compat examples chaos failing bugs bench bench-long format

demo: $(READY)
	@$(BIN)/python -m playground

# First what needs no Airflow, on all cores and on both databases. The playground's contracts share a workspace
# in each file. Last what needs an Airflow and mostly waits for it: two processes, each with an Airflow and a demo of
# its own, which the files that it runs share.
test: $(READY)
	$(BIN)/pytest $(ON_ALL_CORES) --database both --hypothesis-profile short $(FAST_ONLY) $(FAST)
	$(BIN)/pytest $(ON_ALL_CORES) --database both tests/contracts --ignore $(ON_AIRFLOW) $(DOORS:%=--ignore %)
	$(BIN)/pytest --numprocesses auto --dist loadgroup $(DOORS)
	$(BIN)/pytest --numprocesses auto --dist loadfile playground/tests/contracts
	$(BIN)/pytest playground/tests/e2e
	$(BIN)/pytest --numprocesses 2 --dist loadfile $(ON_AIRFLOW) tests/chaos tests/e2e tests/integration

# The fast tests, on SQLite: everything that starts no server and takes less than a tenth of a second, but for a property and what a
# file is chiefly about. Each property is tried with a fifth of its examples.
check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q $(ON_ALL_CORES) -m "not postgresql and not slow" --hypothesis-profile short $(FAST)

# Every property with all of its examples, and every door, on both databases: for the night.
properties: $(READY)
	$(BIN)/pytest $(ON_ALL_CORES) --database both tests/properties $(DOORS)

# 100,000 odd commands, presses and forms through every door. `make fuzz SEED=7 FUZZED=5000`
fuzz: $(READY)
	FUZZED=$(or $(FUZZED),100000) SEED=$(or $(SEED),1) $(BIN)/pytest -q -o timeout=0 tests/contracts/test_fuzz.py

# What others wrote judges the playground: Slack's own types, and axe. Needs node; see .ci/judges.
judges: $(READY)
	@.ci/judges

# The contract of the real Airflow, on every version of it that Runbell is for, or on some. See .ci/compat.
# `make compat VERSIONS="3.0.6 3.1.8"`
compat: $(READY)
	@$(BIN)/python .ci/compat $(VERSIONS)

# Airflow's own example DAGs, started through Slack and in Airflow, side by side. A quarter of an hour and more
# a version. `make examples VERSIONS="3.0.6 3.3.2"`
examples: $(READY)
	@$(BIN)/python .ci/examples $(VERSIONS)

# Long: 2,000 firings, 60 times kill -9 or SIGSTOP. `make chaos SEED=7 DATABASE=sqlite`
chaos: $(READY)
	$(BIN)/python -m tests.chaos.storm $(or $(SEED),1) "" "" $(DATABASE)

# Long: jobs that fail while the bot is killed twenty times, Slack refuses every fifth call and is away for ten
# minutes. `make failing SEED=7 DATABASE=sqlite`
failing: $(READY)
	$(BIN)/python -m tests.chaos.failing_jobs $(or $(SEED),1) "" "" $(DATABASE)

# Is the state machine any good? Many minutes. `make bugs DATABASE=postgresql`
bugs: $(READY)
	$(BIN)/python -m tests.chaos.planted_bugs "" "" "" $(DATABASE)

bench: $(READY)
	@for each in $(QUICK); do echo "== $$each"; PYTHONPATH=. $(BIN)/python $$each || exit 1; done

# Those that take many minutes.
bench-long: $(READY)
	@for each in $(LONG); do echo "== $$each"; PYTHONPATH=. $(BIN)/python $$each || exit 1; done

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(READY): pyproject.toml constraints.txt
	@.ci/install "$(PYTHON)"
	@touch $(READY)
