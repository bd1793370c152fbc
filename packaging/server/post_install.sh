systemd-sysusers sluice-server.conf
# At the first installation: the service reads its configuration and does not change it.
if [ "$1" = 1 ]; then
    chown root:sluice /etc/sluice /etc/sluice/sluice.toml
    chmod 0750 /etc/sluice
fi
if command -v systemctl >/dev/null; then
    systemctl daemon-reload >/dev/null 2>&1 || :
    [ "$1" = 1 ] || systemctl try-restart sluice-server.service >/dev/null 2>&1 || :
fi
