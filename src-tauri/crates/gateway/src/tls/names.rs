//! The names and addresses under which this machine is reached.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

use super::TlsError;

/// A whole domain name, and one part of it.
const LONGEST_NAME: usize = 253;
const LONGEST_LABEL: usize = 63;

/// What a certificate of this endpoint should be good for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostNames {
    /// From the configuration: exactly what stands as host in the provider's console.
    pub configured: Vec<String>,
    /// This machine's own name, whole where it is known.
    pub machine: Option<String>,
    /// The address from which this machine reaches others.
    pub address: Option<Ipv4Addr>,
}

impl HostNames {
    /// The configured names, with the name and the address that this machine gives itself. Sends
    /// nothing over the network.
    pub fn of_this_machine(configured: &[String]) -> Self {
        Self {
            configured: configured.to_vec(),
            machine: machine_name(),
            address: own_address(),
        }
    }

    /// Everything a new certificate carries, each once, in the order of the original server.
    pub(super) fn all(&self) -> Result<Vec<String>, TlsError> {
        let mut all = vec!["localhost".to_owned(), Ipv4Addr::LOCALHOST.to_string()];
        all.extend(self.machine.clone());
        for name in &self.configured {
            all.push(normal(name).ok_or_else(|| TlsError::Name { name: name.clone() })?);
        }
        all.extend(self.address.map(|address| address.to_string()));
        let mut seen = std::collections::BTreeSet::new();
        all.retain(|name| seen.insert(name.clone()));
        Ok(all)
    }

    /// The configured names that a certificate for `carried` is not good for. Name and address of
    /// the machine do not count: both may change at any time, and only what the provider calls
    /// matters.
    pub(super) fn missing_in(&self, carried: &[String]) -> Vec<String> {
        self.configured
            .iter()
            .filter(|name| {
                normal(name).is_none_or(|name| !carried.iter().any(|one| covers(one, &name)))
            })
            .cloned()
            .collect()
    }
}

/// Whether a name of a certificate, possibly `*.example.com`, is good for a host.
fn covers(carried: &str, host: &str) -> bool {
    let carried = carried.to_ascii_lowercase();
    if let Some(domain) = carried.strip_prefix("*.") {
        return host
            .split_once('.')
            .is_some_and(|(label, rest)| !label.is_empty() && rest == domain);
    }
    carried == host
}

/// Whether a text can stand as host in an address: a name, or an address of its own.
pub fn is_host(text: &str) -> bool {
    normal(text).is_some()
}

/// A host name in lower case or an address in its usual form; `None` for anything else.
fn normal(name: &str) -> Option<String> {
    let bare = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'))
        .unwrap_or(name);
    if let Ok(address) = bare.parse::<IpAddr>() {
        return Some(address.to_string());
    }
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= LONGEST_LABEL
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    // What ends in a number is an address to a client, and not a valid one.
    let numeric = name
        .rsplit('.')
        .next()
        .is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    (name.len() <= LONGEST_NAME && name.split('.').all(label) && !numeric)
        .then(|| name.to_ascii_lowercase())
}

/// The name of this machine, with its domain where the machine itself knows it.
fn machine_name() -> Option<String> {
    let short = ["/proc/sys/kernel/hostname", "/etc/hostname"]
        .iter()
        .find_map(|file| fs::read_to_string(file).ok())
        .or_else(|| std::env::var("COMPUTERNAME").ok())
        .or_else(|| {
            let output = std::process::Command::new("hostname").output().ok()?;
            String::from_utf8(output.stdout).ok()
        })?;
    let short = normal(short.trim())?;
    if short.contains('.') {
        return Some(short);
    }
    // The first name of the line in which this machine stands is its whole name; this is where
    // `hostname -f` finds it too, before it would ask a name server.
    let hosts = fs::read_to_string("/etc/hosts").unwrap_or_default();
    let domain = std::env::var("USERDNSDOMAIN").ok();
    whole_name(&short, &hosts)
        .or_else(|| normal(&format!("{short}.{}", domain?)))
        .or(Some(short))
}

fn whole_name(short: &str, hosts: &str) -> Option<String> {
    hosts.lines().find_map(|line| {
        let line = line.split('#').next().unwrap_or_default();
        let names: Vec<&str> = line.split_whitespace().skip(1).collect();
        let here = names.iter().any(|name| {
            name.eq_ignore_ascii_case(short)
                || name
                    .split_once('.')
                    .is_some_and(|(first, _)| first.eq_ignore_ascii_case(short))
        });
        let whole = names.iter().find(|name| name.contains('.'))?;
        (here && !whole.to_ascii_lowercase().starts_with("localhost."))
            .then(|| normal(whole))
            .flatten()
    })
}

/// Which address would be used to reach others. Connecting a UDP socket only looks into the
/// routing table; the address is one that RFC 5737 keeps for documentation.
fn own_address() -> Option<Ipv4Addr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    match socket.local_addr().ok()? {
        SocketAddr::V4(address) => {
            let address = *address.ip();
            (!address.is_unspecified() && !address.is_loopback()).then_some(address)
        }
        SocketAddr::V6(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_and_nothing_around_it() {
        for (name, expected) in [
            ("SCIM.Example.com", Some("scim.example.com")),
            ("srv_1", Some("srv_1")),
            ("10.0.0.7", Some("10.0.0.7")),
            ("::1", Some("::1")),
            ("[2001:DB8::1]", Some("2001:db8::1")),
            ("https://host", None),
            ("host:1443", None),
            ("host/", None),
            ("bücher.example", None),
            ("*.example.com", None),
            ("a..b", None),
            ("10.0.0.256", None),
            ("-a", None),
            ("", None),
        ] {
            assert_eq!(normal(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn a_certificate_carries_each_name_once() {
        let names = HostNames {
            configured: vec!["Scim.example.com".into(), "localhost".into()],
            machine: Some("box".into()),
            address: Some(Ipv4Addr::new(10, 0, 0, 7)),
        };
        assert_eq!(
            names.all().unwrap(),
            [
                "localhost",
                "127.0.0.1",
                "box",
                "scim.example.com",
                "10.0.0.7"
            ]
        );
        let odd = HostNames {
            configured: vec!["https://x".into()],
            ..HostNames::default()
        };
        assert!(odd.all().unwrap_err().to_string().contains("https://x"));
    }

    #[test]
    fn only_configured_names_can_be_missing() {
        let names = HostNames {
            configured: vec!["a.example.com".into(), "10.0.0.7".into()],
            machine: Some("box".into()),
            address: None,
        };
        let carried =
            |names: &[&str]| -> Vec<String> { names.iter().map(ToString::to_string).collect() };
        assert_eq!(names.missing_in(&carried(&["A.example.com"])), ["10.0.0.7"]);
        assert!(
            names
                .missing_in(&carried(&["*.example.com", "10.0.0.7"]))
                .is_empty()
        );
        assert_eq!(names.missing_in(&carried(&["*.com"])).len(), 2);
    }

    #[test]
    fn the_whole_name_stands_in_the_hosts_file() {
        let hosts = "127.0.0.1 localhost\n# 1.2.3.4 box.wrong\n127.0.1.1\tbox.example.com box\n";
        assert_eq!(whole_name("box", hosts).as_deref(), Some("box.example.com"));
        assert_eq!(whole_name("other", hosts), None);
        assert_eq!(
            whole_name("box", "127.0.0.1 localhost.localdomain box"),
            None
        );
    }

    #[test]
    fn this_machine_gives_itself_names_that_fit() {
        HostNames::of_this_machine(&[]).all().unwrap();
    }
}
