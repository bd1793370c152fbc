# Sluice. `make` lists what can be made; the work is done by cargo, npm and the scripts in scripts/.

# Every crate that needs no window. Said here because a default-members list breaks the Tauri CLI.
LIGHT := --workspace --exclude sluice

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-desktop package test-package check lint ui test-ui bench bench-ui deny clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

setup: ## install what building and testing needs (Debian, Ubuntu), and build the screens
	@scripts/setup.sh --for test

demo: ## build and start Sluice with the demo database, in a window or, without a display, as a server
	@scripts/demo.sh

check: lint ## quick: format, lints, and the unit tests of the crates that need no window
	cargo test $(LIGHT) --exclude sluice-tests

test: ## everything: setup, lints, screens, all crates, real databases, one real window
	@scripts/test.sh

test-desktop: ui ## drive the desktop program in a window nobody sees
	@scripts/test-desktop.sh

package: ## make the .deb and .rpm of both programs, install, start and remove them, and print the sizes
	@scripts/package.sh
	@scripts/test-package.sh

test-package: ## the same with programs that are not optimised, for tests of the packages themselves
	@scripts/package.sh --quick
	@scripts/test-package.sh

lint: ui
	cargo fmt --all --check
	cargo clippy $(LIGHT) --all-targets -- -D warnings
	npm --prefix ui run lint

ui: ## build the screens when their sources changed
	@scripts/ui.sh

test-ui:
	npm --prefix ui test

bench: ## measure the endpoint and whole imports beside the bare driver, pages of a table, and simulated imports
	SLUICE_KEYRING=off cargo bench --package sluice-tests --bench endpoint --bench import --bench browse --bench simulator

bench-ui: ui ## measure the screens in a real browser: first paint, filter, scrolling, live traffic, memory
	cargo build --release --package sluice-server --package sluice-tests --example database
	cargo build --release --package sluice-server
	SLUICE_SERVER_BINARY=$(abspath $(or $(CARGO_TARGET_DIR),target))/release/sluice-server node tests/e2e/bench.mjs

deny: ## licences and advisories of dependencies, where cargo-deny is installed
	@if cargo deny --version >/dev/null 2>&1; then cargo deny check; \
	else echo "cargo-deny is not installed (cargo install cargo-deny): nothing was checked"; fi

clean: ## remove what was built
	cargo clean
	rm -rf gen ui/dist ui/node_modules
