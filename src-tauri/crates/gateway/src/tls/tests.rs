use std::path::Path;
use std::process::Command;

use p12_keystore::{KeyStore, Pkcs12ImportPolicy};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::*;

mod own;

/// One pair for all tests: making it takes seconds.
static PAIR: OnceCell<TempDir> = OnceCell::const_new();

/// A folder with a pair for `localhost`, `127.0.0.1` and `scim.example.com`.
pub(crate) async fn folder() -> TempDir {
    let pair = PAIR
        .get_or_init(|| async {
            let folder = tempfile::tempdir().unwrap();
            let identity = ensure(folder.path(), &names(), &|_| ()).await.unwrap();
            assert!(identity.created);
            folder
        })
        .await;
    let copy = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(pair.path()).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
    }
    copy
}

/// The identity in such a folder.
pub(crate) async fn identity(folder: &Path) -> Identity {
    ensure(folder, &names(), &|_| ()).await.unwrap()
}

fn names() -> HostNames {
    HostNames {
        configured: vec!["scim.example.com".into()],
        machine: Some("box.example.com".into()),
        address: None,
    }
}

/// What a tool printed; `None` where it is not installed.
fn tool(program: &str, arguments: &[&str]) -> Option<(bool, String)> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = [output.stdout, output.stderr].concat();
    Some((
        output.status.success(),
        String::from_utf8_lossy(&text).into_owned(),
    ))
}

#[tokio::test]
async fn a_second_start_reads_the_same_certificate() {
    let folder = folder().await;
    let said = std::sync::Mutex::new(Vec::new());
    let progress = |text: &str| said.lock().unwrap().push(text.to_owned());
    let first = ensure(folder.path(), &names(), &progress).await.unwrap();
    let second = identity(folder.path()).await;
    assert!(said.lock().unwrap().is_empty());
    assert!(!first.created && !second.created);
    assert_eq!(first.fingerprint_sha256, second.fingerprint_sha256);
    assert_eq!(first.fingerprint_sha256.len(), 95);
    assert_eq!(
        first.names,
        [
            "localhost",
            "127.0.0.1",
            "box.example.com",
            "scim.example.com"
        ]
    );
    assert!((3649..=3650).contains(&first.days_left()), "{first:?}");
    assert!(first.pem.starts_with("-----BEGIN CERTIFICATE-----"));
    assert_eq!(first.warnings(&names().configured), Vec::<String>::new());
    assert!(!format!("{first:?}").contains("PRIVATE"));
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_certificate_is_for_everybody() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder().await;
    let path = |file: &str| folder.path().join(file);
    let mode = |file: &str| {
        let metadata = std::fs::metadata(path(file)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    assert_eq!(mode("sluice.crt"), 0o644);
    for file in ["sluice.key", "sluice.p12", "sluice.p12.pass"] {
        assert_eq!(mode(file), 0o600, "{file}");
    }
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 5, "four files and the lock, no drafts");

    std::fs::set_permissions(path("sluice.key"), std::fs::Permissions::from_mode(0o640)).unwrap();
    let warnings = identity(folder.path()).await.warnings(&[]);
    assert!(warnings[0].contains("chmod 600"), "{warnings:?}");
}

#[tokio::test]
async fn the_keystore_holds_the_pair_under_its_alias() {
    let folder = folder().await;
    let path = folder.path().join("sluice.p12");
    let password = std::fs::read_to_string(folder.path().join("sluice.p12.pass")).unwrap();
    assert_eq!(password.len(), 32);
    let bytes = std::fs::read(&path).unwrap();
    let store = KeyStore::from_pkcs12(&bytes, &password, Pkcs12ImportPolicy::Strict).unwrap();
    let (alias, chain) = store.private_key_chain().unwrap();
    assert_eq!(alias, KEYSTORE_ALIAS);
    assert_eq!(chain.certs().len(), 1);
    assert!(chain.certs()[0].subject().contains("box.example.com"));

    let path = path.to_str().unwrap();
    let arguments = ["-list", "-v", "-keystore", path, "-storepass", &password];
    if let Some((listed, text)) = tool("keytool", &arguments) {
        assert!(listed, "{text}");
        for part in [KEYSTORE_ALIAS, "PrivateKeyEntry", "4096-bit RSA key"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
    let pass = format!("pass:{password}");
    let arguments = ["pkcs12", "-in", path, "-passin", &pass, "-noout"];
    if let Some((read, text)) = tool("openssl", &arguments) {
        assert!(read, "{text}");
    }
}

#[tokio::test]
async fn openssl_takes_the_certificate_as_its_own_anchor() {
    let folder = folder().await;
    let certificate = folder.path().join("sluice.crt");
    let certificate = certificate.to_str().unwrap();
    for options in [&["-purpose", "sslserver"][..], &["-x509_strict"]] {
        let mut arguments = vec!["verify", "-CAfile", certificate];
        arguments.extend(options);
        arguments.extend(["-verify_hostname", "localhost", certificate]);
        if let Some((verified, text)) = tool("openssl", &arguments) {
            assert!(verified, "{options:?}: {text}");
        }
    }
    let arguments = [
        "x509",
        "-in",
        certificate,
        "-noout",
        "-text",
        "-fingerprint",
        "-sha256",
    ];
    if let Some((_, text)) = tool("openssl", &arguments) {
        for part in [
            "4096 bit",
            "sha256WithRSAEncryption",
            "CA:FALSE",
            "O=Sluice",
            "TLS Web Server Authentication",
            "IP Address:127.0.0.1",
            &identity(folder.path()).await.fingerprint_sha256,
        ] {
            assert!(text.replace(" = ", "=").contains(part), "{part}: {text}");
        }
    }
}

#[tokio::test]
async fn a_pair_that_is_not_whole_is_an_error_and_stays() {
    let folder = folder().await;
    let refused = async || {
        let error = ensure(folder.path(), &names(), &|_| ()).await.unwrap_err();
        (error.to_string(), error)
    };
    let key = folder.path().join("sluice.key");
    let certificate = folder.path().join("sluice.crt");
    let kept = std::fs::read(&key).unwrap();

    std::fs::remove_file(&key).unwrap();
    let (text, error) = refused().await;
    assert!(matches!(error, TlsError::Incomplete { .. }), "{text}");
    assert!(certificate.exists() && !key.exists());

    let other = rcgen::KeyPair::generate().unwrap();
    std::fs::write(&key, other.serialize_pem()).unwrap();
    let (text, error) = refused().await;
    assert!(matches!(error, TlsError::Mismatch { .. }), "{text}");

    std::fs::write(
        &key,
        "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----",
    )
    .unwrap();
    let (text, error) = refused().await;
    assert!(matches!(error, TlsError::Content { .. }), "{text}");
    assert!(!text.contains("hunter2"), "{text}");

    std::fs::write(&key, &kept).unwrap();
    std::fs::write(&certificate, "").unwrap();
    let (text, error) = refused().await;
    assert!(matches!(error, TlsError::Content { .. }), "{text}");
    assert_eq!(std::fs::read(&key).unwrap(), kept);
}

#[tokio::test]
async fn a_certificate_of_ones_own_is_taken_and_judged() {
    let folder = tempfile::tempdir().unwrap();
    let write = |not_after: time::OffsetDateTime| {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut parameters = rcgen::CertificateParams::new(["*.example.com".to_owned()]).unwrap();
        parameters.not_after = not_after;
        let certificate = parameters.self_signed(&key).unwrap();
        std::fs::write(folder.path().join("sluice.key"), key.serialize_pem()).unwrap();
        std::fs::write(folder.path().join("sluice.crt"), certificate.pem()).unwrap();
    };
    let now = time::OffsetDateTime::now_utc();

    write(now + time::Duration::days(10));
    let mut names = names();
    names.configured.push("elsewhere.test".into());
    let identity = ensure(folder.path(), &names, &|_| ()).await.unwrap();
    assert_eq!(
        identity.missing_names(&names.configured),
        ["elsewhere.test"]
    );
    let warnings = identity.warnings(&names.configured).join("\n");
    assert!(warnings.contains("elsewhere.test"), "{warnings}");
    assert!(warnings.contains("ends in 9 days"), "{warnings}");

    write(now - time::Duration::days(1));
    let error = ensure(folder.path(), &names, &|_| ()).await.unwrap_err();
    assert!(matches!(error, TlsError::Expired { .. }), "{error}");
}

#[tokio::test]
async fn a_wrong_name_is_told_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let names = HostNames {
        configured: vec!["https://scim.example.com".into()],
        ..HostNames::default()
    };
    let error = ensure(folder.path(), &names, &|_| ()).await.unwrap_err();
    assert!(matches!(error, TlsError::Name { .. }), "{error}");
    assert!(!folder.path().join("sluice.key").exists());
}
