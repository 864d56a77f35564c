# GNU make 3.81 or newer, and any Node from 20 on with npm: `npm ci` brings the Node that the project runs on, and
# `npm run` uses it.

.DEFAULT_GOAL := help
.PHONY: help demo run test test-cluster test-live soak check bench up down secrets-edit clean

installed := node_modules/.package-lock.json
script := npm run --silent
secrets := config/secrets.enc.env

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(installed) ## Try it: starts a service and a Redis of its own, no key needed
	@bin/llm-intent demo $(ARGS)

run: $(installed) ## Run the service (settings: environment, config/config.yaml)
	@bin/llm-intent serve $(ARGS)

test: $(installed) ## Run all tests; Redis is installed when missing
	@$(script) test

test-cluster: $(installed) ## Run the tests that need a Redis against a cluster of three
	@TEST_REDIS_CLUSTER=true $(script) test -- --project redis --project load

test-live: $(installed) ## Ask real models a few things, where there are keys
	@$(script) test-live

soak: $(installed) ## Kill services while they spend money, then run two for an hour (SOAK_MINUTES=60) with all going wrong
	@SOAK=true $(script) test -- --reporter=verbose test/faults/money-storm.test.ts test/redis/bench.test.ts test/redis/service-bench.test.ts \
	  test/conformance/bench.test.ts test/redis/questions-property.test.ts
	@$(script) soak

check: $(installed) ## Types, lint, dead code, architecture
	@echo '== types' && $(script) typecheck
	@echo '== format and lint' && $(script) lint
	@echo '== dead code' && $(script) dead-code
	@echo '== architecture' && $(script) architecture
	@echo '== configuration' && bin/llm-intent check

bench: $(installed) ## Measure the stream loop, what watching it costs, the sentence engine, the model path, and the service
	@$(script) bench

up: ## Start it in containers, with Redis, Prometheus, Grafana and Jaeger
	@docker compose version >/dev/null 2>&1 || \
	  { echo 'make up needs Docker with its compose plugin: install Docker Engine or Docker Desktop' >&2; exit 1; }
	@if [ -f $(secrets) ]; then \
	  command -v sops >/dev/null || { echo 'make up needs sops, which opens $(secrets): make secrets-edit tells how to get it' >&2; exit 1; }; \
	  sops exec-file --no-fifo $(secrets) 'LLM_INTENT_SECRETS="{}" docker compose \
	    $(if $(wildcard .env),--env-file .env )--env-file "{}" up --build --detach --wait'; \
	else \
	  grep -qs '^HTTP_TOKEN=.' .env || \
	    { echo 'make up needs a token: cp .env.example .env, and set HTTP_TOKEN in it (openssl rand -hex 32)' >&2; exit 1; }; \
	  docker compose up --build --detach --wait; \
	fi

secrets-edit: ## Edit the secrets that SOPS and age keep encrypted in config/
	@scripts/secrets-edit

down: ## Stop the containers; their data stays
	@docker compose down

clean: ## Remove what can be made again; data/ stays
	rm -rf node_modules coverage

$(installed): package-lock.json
	@command -v npm >/dev/null && command -v node >/dev/null || \
	  { echo 'Node and npm are missing: install Node 20 or newer (24 if you can choose)' >&2; exit 1; }
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || \
	  { echo "Node $$(node --version) is too old: install Node 20 or newer (24 if you can choose)" >&2; exit 1; }
	@echo 'Installing the dependencies that package-lock.json names (npm ci)'
	@npm ci --loglevel=error --no-progress >/dev/null
	@touch $@
