//! `<domain:panData>` (RFC 5731, 3.3): the end of an action that was pending, told by a poll message.

use super::NS;
use crate::error::DecodeError;
use crate::types::PendingAction;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// `<domain:panData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PanData(pub PendingAction);

impl Named for PanData {
    const NS: Namespace = NS;
    const NAME: &'static str = "panData";
}

impl Decode for PanData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        PendingAction::decode_as("name", from).map(Self)
    }
}

impl Encode for PanData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode_as("name", to);
    }
}
