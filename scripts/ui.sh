#!/usr/bin/env bash
# Installs what the screens need when their lock file changed, and builds them when a source did.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

# The lock file's sum stands in node_modules, so that removing that folder forgets it too.
stamp=ui/node_modules/.sluice-lock
lock=$(sha256sum <ui/package-lock.json)
if [[ $(cat "$stamp" 2>/dev/null) != "$lock" ]]; then
    say "screens: installing packages"
    npm --prefix ui ci --no-audit --no-fund --loglevel=error </dev/null
    printf '%s\n' "$lock" >"$stamp"
fi

built=ui/dist/index.html
newer() { find ui -path ui/node_modules -prune -o -path ui/dist -prune -o -path ui/tests -prune -o -type f -newer "$built" -print -quit; }
if [[ ! -e $built || -n $(newer) ]]; then
    say "screens: building"
    npm --prefix ui run --silent build </dev/null
    touch "$built"
fi
say "screens: up to date"
