#!/usr/bin/env bash
# Everything, under headings with the time each took.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

step "setup" scripts/setup.sh --for test
step "format and lints" make --no-print-directory lint
step "tests of the screens" make --no-print-directory test-ui
step "building the programs that the tests start" cargo build --package sluice-server
step "building the program for ODBC connections" cargo build --package sluice-odbc --features bridge
step "tests of the crates, the wire and the databases" cargo test --workspace --exclude sluice
step "building what starts databases for the browser tests" cargo build --package sluice-tests --example database
step "the screens in a real browser" env "SLUICE_SERVER_BINARY=$(realpath "$target_dir")/debug/sluice-server" \
    npm --prefix ui run --silent e2e
step "the desktop program in a real window" scripts/test-desktop.sh

printf '\nEverything passed in %s s.\n' "$SECONDS"
