//! `<contact:delete>` (RFC 5733, 3.2.2). Its reply has no data.

use super::NS;
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// `<contact:delete>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delete {
    /// `id`
    pub id: String,
}

impl Named for Delete {
    const NS: Namespace = NS;
    const NAME: &'static str = "delete";
}

impl ObjectCommand for Delete {
    fn verb(&self) -> Verb {
        Verb::Delete
    }
}

impl Decode for Delete {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { id: from.one("id")? })
    }
}

impl Encode for Delete {
    fn encode(&self, to: &mut Writer) {
        to.put("id", &self.id);
    }
}
