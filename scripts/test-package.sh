#!/usr/bin/env bash
# Installs the packages of target/package as an administrator does, starts what is in them, removes them, and looks what
# stays. It changes this machine's packages, so it wants root and a machine that has neither of the two.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

folder=target/package
desktop=$(echo "$folder"/[Ss]luice_*.deb) server=$(echo "$folder"/sluice-server_*.deb)
[[ -e $desktop && -e $server ]] || fail "there are no packages in $folder: run scripts/package.sh first"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# declared PACKAGE.deb PROGRAM...: whether a package names every library's package that its programs link.
declared() {
    local package=$1 root=$work/tree needs name
    shift
    rm -rf "$root" && mkdir -p "$root" "$work/shlibs/debian"
    printf 'Source: x\n\nPackage: x\nArchitecture: any\n' >"$work/shlibs/debian/control"
    dpkg-deb --extract "$package" "$root"
    local declared
    declared=$(dpkg-deb --field "$package" Depends)
    for program; do
        needs=$(cd "$work/shlibs" && dpkg-shlibdeps -O --ignore-missing-info -e"$root$program" 2>/dev/null |
            sed -n 's/^shlibs:Depends=//p' | tr ',|' '\n\n' | awk 'NF { print $1 }')
        [[ -n $needs ]] || fail "$program links nothing: that cannot be"
        for name in $needs; do
            grep -qw -- "$name" <<<"${declared//,/ }" || fail "$package does not name $name, which $program links"
        done
    done
}

said() { printf -- '-- %s\n' "$*"; }

declared "$desktop" /usr/bin/sluice
declared "$server" /usr/bin/sluice-server /usr/bin/sluice-odbc
said "the declared dependencies name every library that is linked"

if have rpm; then
    for package in "$folder"/*.rpm; do
        root=$work/rpm-${package##*/}
        mkdir -p "$root"
        # Without its scripts and without asking for other packages: this machine is none of its kind.
        rpm --install --root "$root" --nodeps --noscripts --ignoreos "$package" 2>/dev/null ||
            fail "$package does not unpack"
        for program in "$root"/usr/bin/sluice*; do
            [[ ${program##*/} == sluice-odbc ]] || "$program" --version
        done
    done
    said "the .rpm unpack, and their programs start"
else
    said "rpm is not installed: the .rpm were not looked at"
fi

if ((EUID != 0)); then
    said "not root: nothing was installed"
    exit 0
fi
if dpkg-query -W -f '${db:Status-Abbrev}' sluice sluice-server 2>/dev/null | grep -q '^i'; then
    fail "this machine has Sluice installed, and the test would remove it"
fi

# What of Sluice is on the machine, apart from what is built here.
present() {
    {
        find /etc /usr /lib /opt /var/lib /var/cache -xdev -ipath '*sluice*' -not -path '*/apt/*' 2>/dev/null
        getent passwd sluice || true
        getent group sluice || true
    } | sort
}
present >"$work/before"
clean() {
    dpkg --purge sluice sluice-server >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap clean EXIT

step "installing the desktop program" dpkg --install "$desktop"
if have desktop-file-validate; then
    desktop-file-validate /usr/share/applications/[Ss]luice.desktop
fi
[[ $(sluice --version) == "sluice $(dpkg-deb --field "$desktop" Version | sed 's/-.*//')" ]] || fail "sluice --version says $(sluice --version)"
SLUICE_DESKTOP_BINARY=/usr/bin/sluice step "the installed window" \
    xvfb-run --auto-servernum --server-args "-screen 0 1280x900x24" \
    cargo test --package sluice-tests --test desktop -- --ignored \
    the_window_has_its_title_and_is_painted requests_that_arrive_are_seen_in_the_window </dev/null

step "installing the server" dpkg --install "$server"
[[ $(stat -c '%U:%G %a' /etc/sluice/sluice.toml) == "root:sluice 640" ]] || fail "the configuration's rights: $(stat -c '%U:%G %a' /etc/sluice/sluice.toml)"
[[ $(stat -c '%U:%G %a' /etc/sluice/environment) == "root:root 600" ]] || fail "the environment's rights"
systemd-analyze verify /lib/systemd/system/sluice-server.service /usr/lib/systemd/system/sluice-server.service 2>"$work/verify" || true
if grep sluice "$work/verify"; then fail "systemd finds fault with the unit"; fi
systemd-analyze security --offline=true --threshold=20 sluice-server.service | tail -n 1 || fail "the unit is more exposed than 2.0"
sluice-server --version
sluice-odbc drivers >/dev/null

# As the unit runs it, by its account.
install -d -o sluice -g sluice -m 0700 /var/lib/sluice
setpriv --reuid sluice --regid sluice --clear-groups env -i PATH=/usr/bin SLUICE_KEYRING=off SLUICE_DATA_DIR=/var/lib/sluice \
    sluice-server serve --config /etc/sluice/sluice.toml --listen 127.0.0.1:0 >"$work/ready" 2>"$work/log" &
service=$!
for _ in {1..600}; do
    [[ -s $work/ready ]] && break
    kill -0 $service 2>/dev/null || fail "the server ended: $(cat "$work/log")"
    sleep 0.1
done
address=$(sed -n 's#.*"base_url":"\(https://[^/]*\)/.*#\1#p' "$work/ready")
health=$(curl --silent --show-error --cacert /var/lib/sluice/certificate/sluice.crt "$address/health")
kill -TERM $service
wait $service || fail "the server ended with $?: $(cat "$work/log")"
[[ $health == *'"healthy"'* ]] || fail "/health answers $health"
said "the installed server answers /health with the packaged configuration"

echo "# changed by the administrator" >>/etc/sluice/sluice.toml
dpkg --remove sluice sluice-server
[[ -e /etc/sluice/sluice.toml && -e /var/lib/sluice/certificate/sluice.key ]] || fail "a removal takes configuration or state"
[[ ! -e /usr/bin/sluice && ! -e /usr/bin/sluice-server ]] || fail "a removal leaves a program"
dpkg --purge sluice sluice-server
present >"$work/after"
diff "$work/before" "$work/after" || fail "a purge leaves something"
said "nothing stays"
trap 'rm -rf "$work"' EXIT
