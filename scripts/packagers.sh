#!/usr/bin/env bash
# Installs what makes packages, when a version here changed. The cargo tools stand outside the checkout, so that
# `git clean` does not cost a build.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

cargo_deb=3.8.0
cargo_generate_rpm=0.21.1

folder=$(packagers)
stamp=$folder/.sluice-versions
wanted="cargo-deb $cargo_deb cargo-generate-rpm $cargo_generate_rpm"
if [[ $(cat "$stamp" 2>/dev/null) != "$wanted" ]]; then
    say "packagers: building cargo-deb and cargo-generate-rpm into $folder"
    for tool in "cargo-deb@$cargo_deb" "cargo-generate-rpm@$cargo_generate_rpm"; do
        # Without optimisation: they run for seconds.
        cargo install --quiet --locked --debug --force --root "$folder" --target-dir "$folder/target" "$tool" </dev/null
    done
    rm -rf "$folder/target"
    printf '%s\n' "$wanted" >"$stamp"
fi

# One package with a program for each platform, named exactly. `npm ci` wants all of those platforms' packages, and a
# registry may have some of them later than others.
stamp=packaging/node_modules/.sluice-versions
wanted=$(sha256sum <packaging/package.json)
if [[ $(cat "$stamp" 2>/dev/null) != "$wanted" ]]; then
    say "packagers: installing the Tauri command line"
    npm --prefix packaging install --no-package-lock --no-audit --no-fund --loglevel=error </dev/null
    printf '%s\n' "$wanted" >"$stamp"
fi
say "packagers: up to date"
