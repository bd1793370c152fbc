# Shared by the scripts: where the project is, and how they speak. To be sourced.
# shellcheck shell=bash

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

# Where cargo puts what it builds.
target_dir="${CARGO_TARGET_DIR:-target}"

say() { printf '%s\n' "$*"; }

fail() {
    printf 'sluice: %s\n' "$*" >&2
    exit 1
}

# Runs a command under a heading and says how long it took.
step() {
    local heading=$1 begun=$SECONDS
    shift
    printf '\n== %s\n' "$heading"
    "$@" || fail "failed after $((SECONDS - begun)) s: $heading"
    printf -- '-- %s: %s s\n' "$heading" "$((SECONDS - begun))"
}

# Whether every one of the programs is there.
have() {
    local program
    for program; do command -v "$program" >/dev/null || return 1; done
}

has_display() { [[ -n ${DISPLAY:-} || -n ${WAYLAND_DISPLAY:-} ]]; }

# Where the tools that make packages stand.
packagers() { printf '%s\n' "${SLUICE_PACKAGERS:-${XDG_CACHE_HOME:-$HOME/.cache}/sluice/packagers}"; }
