#!/usr/bin/env bash
# Installs the Debian or Ubuntu packages that are missing. Argument: demo, package or test.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

# libssl-dev: SQL Server's driver speaks TLS by the system's OpenSSL.
wanted=(build-essential pkg-config libwebkit2gtk-4.1-dev libssl-dev ca-certificates)
if [[ $1 != demo ]]; then
    # The program for ODBC connections links the driver manager.
    wanted+=(unixodbc-dev)
fi
if [[ $1 == test ]]; then
    # Private database servers, the ODBC manager with drivers for them, a window nobody sees with what a tray icon needs, and Python
    # for compliance suites.
    wanted+=(mariadb-server-core mariadb-client-core odbc-mariadb odbc-postgresql
        xvfb xauth webkit2gtk-driver dbus libayatana-appindicator3-1 fonts-dejavu-core curl python3 python3-venv)
fi

if ! have dpkg-query apt-get; then
    fail "this script installs packages on Debian and Ubuntu only. Elsewhere install, by your system's \
names: a C compiler, pkg-config, OpenSSL and WebKitGTK 4.1 with headers; for the tests also MariaDB, PostgreSQL, \
unixODBC with headers and ODBC drivers for both, Xvfb with xauth, WebKitWebDriver, the D-Bus daemon, libayatana-appindicator3, Chromium and Python 3.11 with venv. Then run \
scripts/tools.sh and scripts/ui.sh, for the tests also scripts/suites.sh."
fi

missing=()
installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null || true)
for package in "${wanted[@]}"; do
    grep -qx "installed $package" <<<"$installed" || missing+=("$package")
done

# For these two any version will do, from whatever package.
if [[ $1 == test ]]; then
    compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || missing+=(postgresql)
    if ! have chromium && ! have chromium-browser && ! have google-chrome; then
        # Ubuntu's package is only a way to a snap, which does not run everywhere.
        if grep -qi '^ID=ubuntu' /etc/os-release; then
            say "Chromium or Chrome is not installed; the tests of the screens in a browser need one."
        else
            missing+=(chromium)
        fi
    fi
fi

if ((${#missing[@]} == 0)); then
    say "packages: all there"
    exit 0
fi

as_root=()
if ((EUID != 0)); then
    have sudo ||
        fail "these packages are missing; as root run: apt-get install --no-install-recommends ${missing[*]}"
    as_root=(sudo)
fi

# PostgreSQL's package makes and starts a server of its own. The tests start theirs and want none.
config=/etc/postgresql-common/createcluster.conf
if [[ " ${missing[*]} " == *" postgresql "* && ! -e $config ]]; then
    say "packages: $config will say that PostgreSQL makes no server of its own"
    "${as_root[@]}" mkdir -p "${config%/*}"
    "${as_root[@]}" tee "$config" >/dev/null <<<"create_main_cluster = false"
fi

say "packages: installing ${missing[*]}"
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 apt-get -qq)
"${apt[@]}" update </dev/null
# --no-remove: a package that would push another one out is for the machine's owner to decide on.
"${apt[@]}" install -y --no-install-recommends --no-remove "${missing[@]}" </dev/null
