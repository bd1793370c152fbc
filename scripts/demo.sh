#!/usr/bin/env bash
# Sluice with the demo database: in a window where there is a display, else as a server.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

scripts/setup.sh --for demo

if has_display; then
    say "demo: building the desktop program"
    cargo build --package sluice --features tauri/custom-protocol
    exec "$target_dir/debug/sluice" --demo
fi

say "demo: there is no display, so Sluice starts as a server, with its console in the browser"
cargo build --package sluice-server
exec "$target_dir/debug/sluice-server" console --demo
