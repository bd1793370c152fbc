#!/usr/bin/env bash
# Installs the compliance suites of others, which are written in Python, when their list changed. They
# stand outside the checkout, so that `git clean` does not cost a download.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

list=tests/compliance/requirements.txt
folder="${SLUICE_SUITES:-${XDG_CACHE_HOME:-$HOME/.cache}/sluice/suites}"
get_python="The compliance suites need Python 3.11 or newer with venv. Get it from your system (python3, python3-venv)"
have python3 || fail "python3 is not there. $get_python"
found=$(python3 --version | cut -d ' ' -f 2)
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "python3 is $found. $get_python"

# The list's sum and Python's version stand in the folder: another of either, and it is made anew.
stamp=$folder/.sluice-list
wanted="$(sha256sum <"$list") $found"
if [[ $(cat "$stamp" 2>/dev/null) != "$wanted" ]]; then
    say "suites: installing into $folder"
    python3 -m venv --clear "$folder" || fail "no virtual environment was made. $get_python"
    "$folder/bin/pip" --quiet --disable-pip-version-check install --require-hashes --only-binary :all: \
        --requirement "$list" </dev/null
    printf '%s\n' "$wanted" >"$stamp"
fi
say "suites: up to date"
