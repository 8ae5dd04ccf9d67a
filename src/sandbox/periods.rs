//! How long what time ends lasts at a registry, in days; each character keeps to it.

/// After a registration, in which a deletion is final at once and gives the money back.
pub const ADD_GRACE: u32 = 5;
/// The same after a renewal or a transfer, but that a deletion is not final.
pub const GRACE: u32 = 5;
/// The same after a renewal by the registry itself, with which each term ends.
pub const AUTO_RENEW_GRACE: u32 = 45;
/// After a deletion, in which the domain can be restored.
pub const REDEMPTION: u32 = 30;
/// After that, until the name is free.
pub const PENDING_DELETE: u32 = 5;
/// After the request for a transfer that waits for the present registrar, until it goes through by itself.
pub const TRANSFER_PENDING: u32 = 5;
