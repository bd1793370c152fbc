//! The filters that become a look-up by key: `userName eq "x"`, `id eq "x"`, `externalId eq "x"`.
//! [`crate::Filter::lookup`] tells them from the others.

/// A filter that asks for the one user with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// Which attribute is compared.
    pub attribute: LookupAttribute,
    /// What it is compared with.
    pub value: String,
}

/// The attributes that identify a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookupAttribute {
    Id,
    ExternalId,
    UserName,
}
