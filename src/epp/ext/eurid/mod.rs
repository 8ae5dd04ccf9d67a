//! The extensions of EURid (.eu), one file a namespace. Several are objects of their own, which stand where RFC 5730 has
//! a domain.

pub mod auth_info;
pub mod contact;
pub mod dns_quality;
pub mod dnssec_eligibility;
pub mod domain;
pub mod group;
pub mod hit_points;
pub mod homoglyph;
pub mod idn;
pub mod keygroup;
pub mod nsgroup;
pub mod poll;
pub mod registrar_finance;
pub mod registration_limit;
