# Everything starts from a Python >= 3.11 and nothing else; what each command brings along: README, Run.
PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v "$$p"; break; }; done)
ifeq ($(PYTHON),)
$(error Python 3.11 or newer is needed and none was found on PATH)
endif

.PHONY: run test check bench drill messages lock measure
run: ## the portal on this machine: PORT=8000 DATABASE_URL= REDIS_URL=
	@exec $(PYTHON) -m running run
test: ## the whole suite, or make test ARGS="tests/worktime -k due"
	@exec $(PYTHON) -m running test $(ARGS)
check: ## style, types, imports, translations, migrations, deployment settings, templates
	@exec $(PYTHON) -m running check $(ARGS)
bench: ## the main pages with 100,000 tickets beside the bare machine: docs/bench.md
	@exec $(PYTHON) -m running bench $(ARGS)
drill: ## the sweep of time limits under fire: kills, restarts, an empty broker; some four minutes
	@exec $(PYTHON) -m running drill $(ARGS)
messages: ## collects the Chinese messages into locale/en
	@exec $(PYTHON) -m running messages
lock: ## writes the hashed lists of packages anew
	@exec $(PYTHON) -m running lock
measure: ## memory of the portal that runs from this folder
	@exec $(PYTHON) -m running measure
