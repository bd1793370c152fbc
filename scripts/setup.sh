#!/usr/bin/env bash
# Prepares a machine: Debian packages, a look at Rust and Node, the screens, for tests the compliance
# suites. Safe to run again; what is there already is left alone.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

purpose=
case "$#:${1:-}:${2:-}" in
    2:--for:demo | 2:--for:package | 2:--for:test) purpose=$2 ;;
    *) fail "usage: scripts/setup.sh --for demo|package|test" ;;
esac

scripts/packages.sh "$purpose"
scripts/tools.sh
scripts/ui.sh
if [[ $purpose == test ]]; then scripts/suites.sh; fi
