# Jansetu. `make run` starts everything on this machine; `make help` says what else there is.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.NOTPARALLEL:
.DEFAULT_GOAL := help

STEP := deploy/tools/step.sh

# RACE=1 tests with the race detector: twice as long, and it needs a C compiler.
RACE ?=
# What to test, and how: make test PACKAGES=./gateway/... TESTFLAGS='-run Webhook -v'
PACKAGES ?= ./...
TESTFLAGS ?= -timeout 20m
# How long each fuzzer runs in `make fuzz`; in `make test` it is TESTFUZZTIME. FUZZTIME=10m is the long mode.
FUZZTIME ?= 10s
TESTFUZZTIME ?= 2s
# Arguments of `jansetu dev` and `jansetu bench`: make run ARGS=--help
ARGS ?=

# A clone that belongs to another user, as in some containers, has no version to stamp.
VCS := $(if $(shell git rev-parse HEAD 2>/dev/null),auto,false)
SOURCES := go.mod go.sum $(shell find activities catalog cmd connectors deploy/documents deploy/languages deploy/local deploy/shared deploy/states documents gateway store worker workflows \
	-type f ! -name '*_test.go' 2>/dev/null)

.PHONY: help
help: ## What can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.PHONY: run
run: go deps build bin/temporal ## Install what is missing, build, and run everything on this machine (Ctrl-C stops it)
	@exec bin/jansetu dev $(ARGS)

.PHONY: test
test: go deps-test build tools check bin/testservices ## Everything: make check, then every test on real services
	@$(STEP) "testing $(PACKAGES)$(if $(RACE), with the race detector) on PostgreSQL and Temporal" \
		bin/testservices -- go test $(if $(RACE),-race) $(TESTFLAGS) $(PACKAGES)
ifeq ($(PACKAGES),./...)
	@$(STEP) "fuzzing every parser of outside input" deploy/tools/fuzz.sh $(TESTFUZZTIME)
endif

.PHONY: fuzz
fuzz: go ## Fuzz every parser of outside input, FUZZTIME each (10s; FUZZTIME=10m for a long run)
	@$(STEP) "fuzzing every parser of outside input" deploy/tools/fuzz.sh $(FUZZTIME)

.PHONY: conformance
conformance: go bin/jansetu ## Every connector against its twin, as a table: connector by behaviour
	@bin/jansetu connector check $(ARGS)

.PHONY: test-hsm
test-hsm: go ## Try an HSM (SoftHSM) as the keeper of the key-encryption key and of the issuer's keys; needs a C compiler
	@deploy/tools/deps.sh hsm
	@$(STEP) "trying SoftHSM through PKCS#11" env CGO_ENABLED=1 go test -tags pkcs11 ./store/vault ./documents/issuerkeys

.PHONY: test-realportal
test-realportal: go ## Try the kit against WebForms and SOAP portals that nobody here wrote (Mono's samples, from Debian)
	@deploy/tools/deps.sh realportal
	@$(STEP) "trying portals that nobody here wrote" go test -tags realportal -count=1 ./connectors/realportal

.PHONY: screenshots
screenshots: go bin/temporal ## Take the pictures of docs/operating.md anew, from a hub with a request that needs a person
	@folder=$$(mktemp -d) && JANSETU_SCREENSHOTS=$$folder go test ./cmd/jansetu/endtoend -count=1 -run TestAnOfficerFindsOutWhatNobodyKnows && \
		cp $$folder/operating-*.png $$folder/temporal-list.png $$folder/temporal-request.png docs/images/ && rm -r $$folder

.PHONY: check
check: go bin/golangci-lint bin/workflowcheck bin/jansetu ## Formatting, go vet, linters, determinism of workflows, the catalog
	@$(STEP) "checking the format" bin/golangci-lint fmt --diff
	@$(STEP) "go vet" go vet ./...
	@$(STEP) "linting" bin/golangci-lint run --allow-parallel-runners
	@$(STEP) "checking that workflows are deterministic" bin/workflowcheck -config deploy/tools/workflowcheck.yaml ./workflows/...
	@$(STEP) "checking the catalog" bin/jansetu catalog lint

.PHONY: build
build: go bin/jansetu ## Build bin/jansetu

.PHONY: bench
bench: go deps build ## Measure the hub under load
	@exec bin/jansetu bench $(ARGS)

.PHONY: bench-portals
bench-portals: go ## Measure what every family of portals costs us, as a table (about 2 minutes)
	@go run ./connectors/portal/speed/table $(ARGS)

.PHONY: bench-requests
bench-requests: go deps bin/temporal-server ## Measure whole bill payments beside a bare workflow, Temporal on PostgreSQL (about 5 minutes)
	@go test ./worker -count=1 -timeout 30m -run TestLoad -v -load $(ARGS)

.PHONY: simulate
simulate: go deps build bin/temporal ## Let an invented town live on the whole hub and check its accounts (ARGS="--citizens 100 --days 3 --chaos 3")
	@exec bin/jansetu simulate $(ARGS)

.PHONY: walk
walk: go deps build bin/temporal ## Complete every live service of every state in every language, as citizens do (ARGS="--state andhra --language te")
	@exec bin/jansetu catalog walk $(ARGS)

.PHONY: lint
lint: go bin/golangci-lint ## The linters alone
	@bin/golangci-lint run --allow-parallel-runners

.PHONY: fmt
fmt: go bin/golangci-lint ## Format the code
	@bin/golangci-lint fmt

.PHONY: tools
tools: go bin/temporal bin/golangci-lint bin/workflowcheck ## Build the tools into bin/ (about 3 minutes, once)

.PHONY: deps
deps: ## Install the system packages that `make run` needs
	@deploy/tools/deps.sh run

.PHONY: deps-test
deps-test: ## Install the system packages that `make test` needs
	@deploy/tools/deps.sh test

.PHONY: clean
clean: ## Remove what was built; what `jansetu dev` keeps stays
	rm -rf bin

.PHONY: go
go:
	@deploy/tools/check-go.sh

bin/jansetu: $(SOURCES)
	@$(STEP) "building bin/jansetu" go build -buildvcs=$(VCS) -o $@ ./cmd/jansetu

bin/testservices: $(SOURCES)
	@$(STEP) "building bin/testservices" go build -buildvcs=false -o $@ ./deploy/local/testservices

bin/temporal: deploy/tools/temporal/go.mod deploy/tools/temporal/go.sum
	@$(STEP) "getting Temporal (about 3 minutes, once)" deploy/tools/build-temporal.sh $@
	@touch $@

bin/temporal-server: deploy/tools/temporal-server/go.mod deploy/tools/temporal-server/go.sum
	@$(STEP) "building Temporal's server and its schema tool (about 6 minutes, once)" sh -c '\
		go -C deploy/tools/temporal-server build -buildvcs=false -o $(CURDIR)/bin/temporal-sql-tool go.temporal.io/server/cmd/tools/sql && \
		go -C deploy/tools/temporal-server build -buildvcs=false -o $(CURDIR)/$@ go.temporal.io/server/cmd/server'
	@touch $@

bin/golangci-lint: deploy/tools/lint/go.mod deploy/tools/lint/go.sum
	@$(STEP) "building golangci-lint (about a minute, once)" \
		go -C deploy/tools/lint build -buildvcs=false -ldflags='-s -w' -o $(CURDIR)/$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	@touch $@

bin/workflowcheck: deploy/tools/lint/go.mod deploy/tools/lint/go.sum
	@$(STEP) "building workflowcheck" \
		go -C deploy/tools/lint build -buildvcs=false -ldflags='-s -w' -o $(CURDIR)/$@ go.temporal.io/sdk/contrib/tools/workflowcheck
	@touch $@
