# Every target works on a fresh checkout: what it needs, it makes first.
PYTHON ?= python3
BIN = .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: install demo test test-datasette-alpha check bench bench-growth bench-site peers replay system format lock

# Installed again only when a lock changes: the stamp is younger than what it was made from.
install: .venv/run.stamp
.venv/run.stamp: requirements/run.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Povestka needs Python 3.11 or newer; name one: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -qq --require-hashes -r requirements/run.txt
	$(BIN)/pip install -qq --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q monitor spiders
	touch $@

.venv/dev.stamp: requirements/dev.txt .venv/run.stamp
	$(BIN)/pip install -qq --require-hashes -r requirements/dev.txt
	touch $@

demo: .venv/run.stamp
	$(BIN)/monitor demo $(if $(filter 0,$(SERVE)),--no-serve)

# Six processes for two cores, since crawls and pages wait half of the time. In the order of the files: by the number of their tests,
# files of few long ones would come last, with a process idle. Python keeps what it compiled, also where the environment tells it not to
# (images do): the tests start hundreds of processes, and each would compile the program again, for a third of its start.
test: .venv/dev.stamp
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/pytest -n 6 --dist loadfile --no-loadscope-reorder $(ARGS)

# The site's tests against the newest pre-release of Datasette, in a .venv of its own: informative, whatever comes of it. What fails is
# written into docs/datasette-alpha.md.
.venv-alpha/stamp: requirements/dev.txt
	$(PYTHON) -m venv .venv-alpha
	.venv-alpha/bin/pip install -qq --require-hashes -r requirements/dev.txt
	.venv-alpha/bin/pip install -qq --pre --upgrade "datasette>=1.0a0"
	.venv-alpha/bin/pip install -qq --no-deps --no-build-isolation --editable .
	touch $@

test-datasette-alpha: .venv-alpha/stamp
	.venv-alpha/bin/python docs/datasette_alpha.py

check: .venv/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/vulture
	$(BIN)/python docs/reference.py --check
	$(BIN)/python docs/faults.py --check
	$(BIN)/python docs/phrases.py --check
	$(BIN)/python .ci/audit.py

bench: .venv/dev.stamp
	$(BIN)/python tests/bench/run.py $(ARGS)

# Extractors that `make bench ARGS=reading` measures beside ours, and pywb, by which a test replays an archive of ours: their libraries do not agree
# with this project's, so each are in a .venv of their own.
peers: .venv-peers/stamp
.venv-peers/stamp: requirements/peers.txt
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/pip install -qq --require-hashes -r requirements/peers.txt
	touch $@

replay: .venv-replay/stamp
.venv-replay/stamp: requirements/replay.txt
	$(PYTHON) -m venv .venv-replay
	.venv-replay/bin/pip install -qq --require-hashes -r requirements/replay.txt
	touch $@

# What each kind of work costs over four sizes of the vault; ARGS='500 8,000 128,000' names others.
bench-growth: .venv/dev.stamp
	$(BIN)/python tests/bench/growth.py $(ARGS)

# A million articles: some 15 GB on the disk for as long as it runs.
bench-site: .venv/dev.stamp
	$(BIN)/python tests/bench/site_bench.py $(ARGS)

format: .venv/dev.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# As root: what the tests of pages, spreadsheets, signatures and several machines need beyond Python.
system:
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core libreoffice-calc openssh-client redis-server

# New locks: hashes for every platform, and no download addresses.
lock: .venv/dev.stamp
	for lock in run dev peers replay; do $(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-annotate --no-header --no-emit-index-url --no-emit-find-links requirements/$$lock.in -o requirements/$$lock.txt; done
