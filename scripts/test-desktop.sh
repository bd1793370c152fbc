#!/usr/bin/env bash
# Builds the desktop program as it ships and drives it in a window nobody sees. The test is marked
# `ignore`, so that `cargo test` alone needs no display.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

cargo clippy --package sluice --features tauri/custom-protocol -- -D warnings
cargo build --package sluice --features tauri/custom-protocol
# Its own tests: no other target builds this package.
cargo test --package sluice --features tauri/custom-protocol
SLUICE_DESKTOP_BINARY=$(realpath "$target_dir/debug/sluice")
export SLUICE_DESKTOP_BINARY
# A display without clients would begin anew, and drop who comes just then.
xvfb-run --auto-servernum --server-args "-screen 0 1280x900x24 -noreset" \
    cargo test --package sluice-tests --test desktop -- --ignored </dev/null
