//! What can be wrong with certificate and key: where, why, and what to do.

use std::path::{Path, PathBuf};

/// Certificate and key cannot be used. Nothing that was there is ever replaced.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// Something cannot be read or written.
    #[error(
        "{} cannot be used for the certificate: {cause}. Give the account that runs Sluice the \
         right to read and write there.",
        path.display()
    )]
    File { path: PathBuf, cause: String },
    /// A configured host name that no certificate can carry.
    #[error(
        "\"{name}\" in host_names is not a host name or address. Write exactly what stands as host \
         in the provider's console, without https://, port and path; letters outside ASCII in \
         their xn-- form."
    )]
    Name { name: String },
    /// One of the two files is there and the other is not.
    #[error(
        "{} is there, but {} is not. Put it back; or, for a new certificate, move both away, start \
         again, and give the new certificate to the provider.",
        present.display(), missing.display()
    )]
    Incomplete { present: PathBuf, missing: PathBuf },
    /// The file holds something else.
    #[error("{} cannot be read: {cause}. Put the right file there, in PEM form.", path.display())]
    Content { path: PathBuf, cause: String },
    /// The key belongs to another certificate.
    #[error(
        "{} does not belong to {}. Put the right pair there (the one before stands in the folder \
         earlier); or, for a new certificate, move both away, start again, and give the new certificate to the provider.",
        key.display(), certificate.display()
    )]
    Mismatch { certificate: PathBuf, key: PathBuf },
    /// No client would accept it any more.
    #[error(
        "The certificate {} expired on {day}. Move it and sluice.key away, start again for a new \
         pair, and give the new certificate to the provider; if the date is wrong, set this \
         machine's clock.",
        path.display()
    )]
    Expired { path: PathBuf, day: String },
    /// A new certificate could not be made.
    #[error("A certificate cannot be made: {cause}. Start again; if it stays, bring your own.")]
    Make { cause: String },
    /// The TLS library does not take what it was given.
    #[error("TLS cannot be set up: {cause}. Put another pair of certificate and key there.")]
    Setup { cause: String },
}

impl TlsError {
    pub(super) fn file(path: &Path, error: &std::io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            cause: error.to_string(),
        }
    }

    #[allow(clippy::needless_pass_by_value)] // by value it fits into map_err
    pub(super) fn content(path: &Path, cause: impl ToString) -> Self {
        Self::Content {
            path: path.to_owned(),
            cause: cause.to_string(),
        }
    }

    #[allow(clippy::needless_pass_by_value)]
    pub(super) fn make(cause: impl ToString) -> Self {
        Self::Make {
            cause: cause.to_string(),
        }
    }
}
