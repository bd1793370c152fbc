#!/usr/bin/env bash
# Looks whether Rust and Node are there and new enough. Installs neither: how is a matter of taste.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

# at_least 1.95 1.96.2
at_least() { [[ $(printf '%s\n' "$1" "$2" | sort -V | head -n 1) == "$1" ]]; }

rust=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
get_rust="Sluice needs Rust $rust or newer. Get it with rustup, from https://rustup.rs"
have cargo rustc || fail "cargo and rustc are not there. $get_rust"
found=$(rustc --version | cut -d ' ' -f 2)
at_least "$rust" "$found" || fail "rustc is $found. $get_rust"

node=$(sed -n 's/.*"node": *">=\(.*\)".*/\1/p' ui/package.json)
get_node="The screens need Node.js $node or newer with npm. Get it from https://nodejs.org"
have node || fail "node is not there. $get_node"
have npm || fail "npm is not there. $get_node"
at_least "$node" "$(node --version | tr -d v)" || fail "node is $(node --version). $get_node"

say "tools: Rust $found, Node $(node --version | tr -d v)"
