//! `<org:check>` (RFC 8543).

use super::NS;
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::types::Checked;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// `<org:check>`: could organizations of these ids be created?
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Check {
    /// `id`: at least one.
    pub ids: Vec<String>,
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
        Ok(Self { ids: from.all("id")? })
    }
}

impl Encode for Check {
    fn encode(&self, to: &mut Writer) {
        to.put_all("id", &self.ids);
    }
}

/// `<org:chkData>`: which ids are free.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChkData {
    /// `cd`: one for each id.
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

/// `<org:cd>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cd(pub Checked);

impl Decode for Cd {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Checked::decode_as("id", from).map(Self)
    }
}

impl Encode for Cd {
    fn encode(&self, to: &mut Writer) {
        self.0.encode_as("id", to);
    }
}
