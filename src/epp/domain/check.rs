//! `<domain:check>` (RFC 5731, 3.1.1).

use super::NS;
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::types::Checked;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// `<domain:check>`: could these names be registered?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// At least one.
    pub names: Vec<String>,
}

impl Named for Check {
    const NS: Namespace = NS;
    const NAME: &'static str = "check";
}

impl ObjectCommand for Check {
    fn verb(&self) -> Verb {
        Verb::Check
    }
}

impl Decode for Check {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { names: from.all("name")? })
    }
}

impl Encode for Check {
    fn encode(&self, to: &mut Writer) {
        to.put_all("name", &self.names);
    }
}

/// `<domain:chkData>`: which names could be registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChkData {
    /// `cd`: one for each name, in an order of the server's.
    pub cds: Vec<Cd>,
}

impl Named for ChkData {
    const NS: Namespace = NS;
    const NAME: &'static str = "chkData";
}

impl Decode for ChkData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { cds: from.all("cd")? })
    }
}

impl Encode for ChkData {
    fn encode(&self, to: &mut Writer) {
        to.put_all("cd", &self.cds);
    }
}

/// `<domain:cd>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cd(pub Checked);

impl Decode for Cd {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Checked::decode_as("name", from).map(Self)
    }
}

impl Encode for Cd {
    fn encode(&self, to: &mut Writer) {
        self.0.encode_as("name", to);
    }
}
