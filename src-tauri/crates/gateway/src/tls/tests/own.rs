//! A certificate of one's own, judged; the one to come taken, put aside and brought back.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair,
};

use super::*;
use crate::tls::stage::Stage;
use crate::tls::{Examined, Offer, Verdict, examine};
use sluice_core::Secret;

const HOST: &str = "scim.example.com";

/// A root, an authority below it, and a server's certificate for [`HOST`] below that.
struct Company {
    root: CertifiedIssuer<'static, KeyPair>,
    middle: CertifiedIssuer<'static, KeyPair>,
}

fn authority(name: &str) -> CertificateParams {
    let mut parameters = CertificateParams::new(Vec::new()).unwrap();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters
}

impl Company {
    fn new() -> Self {
        let root =
            CertifiedIssuer::self_signed(authority("Root"), KeyPair::generate().unwrap()).unwrap();
        let middle =
            CertifiedIssuer::signed_by(authority("Middle"), KeyPair::generate().unwrap(), &root)
                .unwrap();
        Self { root, middle }
    }

    /// Certificate and key as PEM.
    fn server(&self, change: impl FnOnce(&mut CertificateParams)) -> (String, String) {
        let mut parameters = CertificateParams::new([HOST.to_owned()]).unwrap();
        parameters.distinguished_name.push(DnType::CommonName, HOST);
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        change(&mut parameters);
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.signed_by(&key, &self.middle).unwrap();
        (certificate.pem(), key.serialize_pem())
    }
}

fn pem(certificates: &[&str], key: &str) -> Offer {
    Offer::Pem {
        certificates: certificates.concat().into_bytes(),
        key: key.as_bytes().to_vec(),
    }
}

fn now() -> i64 {
    let now = time::OffsetDateTime::now_utc();
    now.unix_timestamp() * 1000
}

fn judged(offer: &Offer) -> Examined {
    examine(offer, &[HOST.to_owned()], now())
}

fn verdict(examined: &Examined, what: &str) -> (Verdict, String) {
    let check = examined.checks.iter().find(|check| check.what == what);
    let check = check.unwrap_or_else(|| panic!("no check of {what}: {:?}", examined.checks));
    (check.verdict, check.says.clone())
}

#[test]
fn a_whole_chain_is_good_in_any_order_and_what_does_not_belong_is_left_out() {
    let company = Company::new();
    let (leaf, key) = company.server(|_| ());
    let (root, middle) = (company.root.pem(), company.middle.pem());
    let stranger = Company::new().root.pem();
    for order in [
        vec![leaf.as_str(), &middle, &root],
        vec![&root, &middle, &leaf],
        vec![&middle, &stranger, &leaf, &root],
    ] {
        let examined = judged(&pem(&order, &key));
        assert!(
            examined.checks.iter().all(|c| c.verdict == Verdict::Good),
            "{:?}",
            examined.checks
        );
        let subjects: Vec<_> = examined.chain.iter().map(|link| &*link.subject).collect();
        assert_eq!(
            subjects,
            ["CN=scim.example.com", "CN=Middle", "CN=Root"],
            "from the server's to the root's"
        );
        assert!(examined.usable());
    }
}

#[test]
fn a_key_of_another_certificate_is_refused() {
    let company = Company::new();
    let (leaf, _) = company.server(|_| ());
    let (_, other) = company.server(|_| ());
    let examined = judged(&pem(&[&leaf, &company.middle.pem()], &other));
    assert_eq!(verdict(&examined, "Key").0, Verdict::Bad);
    assert!(!examined.usable());
}

#[test]
fn an_issuer_of_the_same_name_that_did_not_sign_is_refused() {
    let (company, impostor) = (Company::new(), Company::new());
    let (leaf, key) = company.server(|_| ());
    let examined = judged(&pem(&[&leaf, &impostor.middle.pem()], &key));
    assert_eq!(verdict(&examined, "Chain").0, Verdict::Bad);
    assert!(!examined.usable());
}

#[test]
fn without_its_issuers_or_for_another_name_it_is_doubtful_and_can_be_taken() {
    let company = Company::new();
    let (leaf, key) = company.server(|parameters| {
        parameters.subject_alt_names = vec![rcgen::SanType::DnsName(
            "other.example.com".try_into().unwrap(),
        )];
    });
    let examined = judged(&pem(&[&leaf], &key));
    assert_eq!(verdict(&examined, "Chain").0, Verdict::Doubtful);
    let (names, says) = verdict(&examined, "Names");
    assert_eq!(names, Verdict::Doubtful);
    assert!(says.contains(HOST) && says.contains("other.example.com"));
    assert!(examined.usable());
}

#[test]
fn what_has_expired_is_for_clients_or_names_no_host_is_refused() {
    let company = Company::new();
    let day = |days| time::OffsetDateTime::now_utc() + time::Duration::days(days);
    let check = |what: &str, change: &dyn Fn(&mut CertificateParams)| {
        let (leaf, key) = company.server(|parameters| change(parameters));
        let examined = judged(&pem(&[&leaf, &company.middle.pem()], &key));
        assert!(!examined.usable(), "{what}");
        assert_eq!(verdict(&examined, what).0, Verdict::Bad);
    };
    check("Validity", &|parameters| {
        parameters.not_before = day(-20);
        parameters.not_after = day(-1);
    });
    check("Validity", &|parameters| parameters.not_before = day(1));
    check("Purpose", &|parameters| {
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    });
    check("Names", &|parameters| parameters.subject_alt_names.clear());
}

#[test]
fn what_ends_within_thirty_days_is_doubtful() {
    let company = Company::new();
    let (leaf, key) = company.server(|parameters| {
        parameters.not_after = time::OffsetDateTime::now_utc() + time::Duration::hours(10 * 24 + 1);
    });
    let examined = judged(&pem(&[&leaf, &company.middle.pem()], &key));
    let (verdict, says) = verdict(&examined, "Validity");
    assert_eq!(verdict, Verdict::Doubtful);
    assert!(says.contains("in 10 days"), "{says}");
}

#[test]
fn other_files_are_refused_in_words_that_say_which_are_wanted() {
    let company = Company::new();
    let (leaf, key) = company.server(|_| ());
    for (offer, words) in [
        (pem(&[&key], &key), "BEGIN CERTIFICATE"),
        (pem(&[&leaf], &leaf), "BEGIN PRIVATE KEY"),
        (
            pem(
                &[&leaf],
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMII=\n-----END ENCRYPTED PRIVATE KEY-----\n",
            ),
            "openssl pkey",
        ),
        (
            Offer::Store {
                file: b"PK\x03\x04".to_vec(),
                password: Secret::new("hunter2hunter2"),
            },
            "password",
        ),
    ] {
        let examined = judged(&offer);
        let (verdict, says) = verdict(&examined, "Files");
        assert_eq!(verdict, Verdict::Bad);
        assert!(says.contains(words), "{says}");
        assert!(!says.contains("hunter2"));
    }
}

#[tokio::test]
async fn a_pkcs12_file_with_its_password_is_as_good_as_two_in_pem_form() {
    let folder = folder().await;
    let file = std::fs::read(folder.path().join("sluice.p12")).unwrap();
    let password = std::fs::read_to_string(folder.path().join("sluice.p12.pass")).unwrap();
    let offer = |password: &str| Offer::Store {
        file: file.clone(),
        password: Secret::new(password),
    };
    let examined = judged(&offer(&password));
    assert!(examined.usable(), "{:?}", examined.checks);
    assert_eq!(examined.chain[0].key, "RSA, 4096 bits");
    assert!(!judged(&offer("another")).usable());
}

#[tokio::test]
async fn the_one_to_come_takes_the_place_of_the_one_in_use_which_can_be_brought_back() {
    let folder = folder().await;
    let stage = Stage::new(folder.path());
    let first = identity(folder.path()).await;
    let company = Company::new();
    let (leaf, key) = company.server(|_| ());
    let examined = judged(&pem(&[&leaf, &company.middle.pem()], &key));
    let next = stage.bring_next(&examined.pair.unwrap()).unwrap();
    // Nothing is in use by being brought.
    let same = identity(folder.path()).await;
    assert_eq!(same.fingerprint_sha256, first.fingerprint_sha256);
    assert_eq!(
        stage.next().unwrap().unwrap().fingerprint_sha256,
        next.fingerprint_sha256
    );

    stage.take_next(1_800_000_000_000).unwrap();
    let second = identity(folder.path()).await;
    assert_eq!(second.fingerprint_sha256, next.fingerprint_sha256);
    assert_eq!(second.chain().len(), 2, "its issuer is sent as well");
    assert!(stage.next().unwrap().is_none());
    let store = std::fs::read(folder.path().join("sluice.p12")).unwrap();
    let password = std::fs::read_to_string(folder.path().join("sluice.p12.pass")).unwrap();
    let store = KeyStore::from_pkcs12(&store, &password, Pkcs12ImportPolicy::Strict).unwrap();
    assert_eq!(store.private_key_chain().unwrap().1.certs().len(), 2);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        for file in ["sluice.key", "earlier/1800000000000/sluice.key"] {
            let metadata = std::fs::metadata(folder.path().join(file)).unwrap();
            assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{file}");
        }
    }

    let earlier = stage.earlier();
    assert_eq!(earlier.len(), 1);
    assert_eq!(
        earlier[0].identity.fingerprint_sha256,
        first.fingerprint_sha256
    );
    stage.bring_back(earlier[0].id).unwrap();
    stage.take_next(1_800_000_000_001).unwrap();
    assert_eq!(
        identity(folder.path()).await.fingerprint_sha256,
        first.fingerprint_sha256
    );
    stage.forget_earlier(1_800_000_000_000).unwrap();
    let ids: Vec<i64> = stage.earlier().iter().map(|earlier| earlier.id).collect();
    assert_eq!(ids, [1_800_000_000_001]);
}
