//! In what registries differ, as data: each field is a question that the flows ask, each constant an answer to all of
//! them.

/// What a registry is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Character {
    /// How domains name their name servers.
    pub hosts: HostRule,
    /// How domains name their contacts.
    pub contacts: ContactRule,
}

/// How domains name their name servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostRule {
    /// As objects or as attributes; an object that does not exist is taken as it is named.
    AnyName,
    /// As objects that exist.
    Objects,
    /// As attributes; there are no host objects.
    Attributes,
}

/// How domains name their contacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactRule {
    /// By an id, whether there is such a contact or not.
    AnyId,
    /// By the id of a contact that exists.
    Known,
    /// Not at all: a thin registry has no contacts.
    None,
}

impl Character {
    /// What `generic` is like: it takes all that is well-formed, so that a client can begin with a bare domain.
    pub const GENERIC: Self = Self { hosts: HostRule::AnyName, contacts: ContactRule::AnyId };
    /// The same, but what a domain names has to exist.
    pub const STRICT: Self = Self { hosts: HostRule::Objects, contacts: ContactRule::Known };
}
