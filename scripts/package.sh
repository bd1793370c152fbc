#!/usr/bin/env bash
# Makes the .deb and the .rpm of the desktop program and of the server into target/package, and prints their sizes.
# With --quick the programs are not optimised: for tests of the packages themselves.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

profile=release bundle=(--bundles "deb,rpm") deb=()
case "$#:${1:-}" in
    0:) ;;
    1:--quick) profile=dev bundle+=(--debug) deb+=(--fast) ;;
    *) fail "usage: scripts/package.sh [--quick]" ;;
esac
built=$target_dir/${profile/dev/debug}
to=target/package

scripts/setup.sh --for package
scripts/packagers.sh

say "package: building the programs ($profile)"
if [[ $profile == dev ]]; then
    # As `make test` has built them.
    cargo build --package sluice --features tauri/custom-protocol
    cargo build --package sluice-server
else
    # In one call, so that what both use is compiled once.
    cargo build --release --package sluice --package sluice-server --features tauri/custom-protocol
fi
# Apart: with its feature on, the server would link the ODBC driver manager too.
cargo build --profile "$profile" --package sluice-odbc --features bridge

rm -rf "$to"
mkdir -p "$to"
node scripts/notices.mjs "$to/THIRD-PARTY.txt"

# What a program links, in the words of either kind of package.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/debian"
printf 'Source: sluice\n\nPackage: sluice\nArchitecture: any\n' >"$work/debian/control"
program=$(realpath "$built/sluice")
debian=$(cd "$work" && dpkg-shlibdeps -O --ignore-missing-info -e"$program" 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
[[ -n $debian ]] || fail "dpkg-shlibdeps names no package that $program needs"
rpm=$(objdump -p "$program" | awk '$1 == "NEEDED" { print $2 "()(64bit)" }')
config=$(node -e '
    const [debian, rpm] = process.argv.slice(1);
    const list = (text, by) => text.split(by).map((one) => one.trim()).filter(Boolean);
    console.log(JSON.stringify({ bundle: { linux: { deb: { depends: list(debian, ",") }, rpm: { depends: list(rpm, "\n") } } } }));
' "$debian" "$rpm")

say "package: the desktop program"
packaging/node_modules/.bin/tauri bundle "${bundle[@]}" --features tauri/custom-protocol --config "$config"
cp "$built"/bundle/deb/*.deb "$built"/bundle/rpm/*.rpm "$to/"

say "package: the server"
PATH=$(packagers)/bin:$PATH
cargo deb --quiet --package sluice-server --profile "$profile" --no-build --output "$to/" "${deb[@]}"
cargo generate-rpm --package src-tauri/crates/server --profile "$profile" --target-dir "$target_dir" --output "$to/"

say "package: made in $to"
stat --format '%s %n' "$to"/*.deb "$to"/*.rpm | awk -v to="$to/" '{ sub(to, "", $2); printf "  %6.1f MB  %s\n", $1 / 1e6, $2 }'
