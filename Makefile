# Guildhall. `make` lists what can be made.
SHELL := /bin/bash
GO    ?= go
BIN   := bin/guildhall
export CGO_ENABLED ?= 0

.PHONY: help build demo test generate check lint fmt shots clean

help: ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## bin/guildhall, one static binary
	$(GO) build -trimpath -ldflags "-s -w" -o $(BIN) ./cmd/guildhall

demo: build ## a made-up community on http://localhost:8080, kept in ./demo
	$(BIN) demo --data demo

test: ## the whole suite, on SQLite and PostgreSQL, pages in a real Chromium
	./tools/test

generate: ## templates, scripts and styles again from their sources
	./tools/generate

check: ## what must hold before a commit: format, vet, generated files, floors
	./tools/check

lint: ## golangci-lint, with the reasons in .golangci.yml; says nothing when all is well
	@$(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0 run

shots: build ## pictures of every page from the demo, into ./shots
	GUILDHALL_SHOTS=$(CURDIR)/shots $(GO) test -count=1 -run TestScreenshots ./internal/story

clean: ## bin and test leftovers; never a data folder
	rm -rf bin shots
