//! `<extension>` as a whole message (RFC 5730, 2.7.1): a protocol extension, which is neither command nor response. No
//! specification makes use of it, so its elements are carried as they came.

use crate::catalogue::Message;
use crate::command::open_epp;
use crate::error::{DecodeError, EncodeError};
use crate::fragment::Fragment;
use crate::xml::{Decode, Element, Encode, Named, Tagged, Writer};

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::session("extension", |from, to| {
    to.put("extension", &ProtocolExtension::decode(from)?);
    Ok(())
})];

/// `<extension>` in place of a command or a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProtocolExtension {
    /// At least one, none of them of the namespace of RFC 5730.
    pub elements: Vec<Fragment>,
}

impl ProtocolExtension {
    /// A message of one element.
    ///
    /// # Errors
    /// [`EncodeError`] when a value cannot be written as XML.
    pub fn new<T: Tagged + Encode>(element: &T) -> Result<Self, EncodeError> {
        Ok(Self { elements: vec![Fragment::write(|to| to.named(element))?] })
    }

    /// The element `T`, if the message holds it.
    ///
    /// # Errors
    /// [`DecodeError`] when it is there and cannot be read.
    pub fn element<T: Named + Decode>(&self) -> Result<Option<T>, DecodeError> {
        for element in &self.elements {
            let document = element.document()?;
            if document.root().is(T::NS, T::NAME) {
                return T::decode(document.root()).map(Some);
            }
        }
        Ok(None)
    }

    /// The message as a frame.
    ///
    /// # Errors
    /// [`EncodeError`] when the message is too long.
    pub fn frame(&self) -> Result<Vec<u8>, EncodeError> {
        let mut out = Writer::new(Vec::new());
        open_epp(&mut out);
        out.put("extension", self);
        out.close("epp");
        out.finish()
    }
}

impl Decode for ProtocolExtension {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { elements: from.children().map(Fragment::decode).collect::<Result<_, _>>()? })
    }
}

impl Encode for ProtocolExtension {
    fn encode(&self, to: &mut Writer) {
        self.elements.iter().for_each(|element| element.encode(to));
    }
}

#[cfg(test)]
mod tests {
    use super::ProtocolExtension;
    use crate::ext::idn;
    use crate::xml::Document;
    use crate::{Received, ServerMessage, domain};

    #[test]
    fn a_protocol_extension_is_read_by_client_and_server() {
        let data = idn::Data { table: "de".into(), uname: Some("<ä>".into()) };
        let extension = ProtocolExtension::new(&data).unwrap();
        let frame = extension.frame().unwrap();
        let document = || Document::from_bytes(frame[4..].to_vec()).unwrap();
        let Received::Extension(received) = Received::read(document()).unwrap() else {
            panic!("an extension")
        };
        let ServerMessage::Extension(sent) = ServerMessage::read(document()).unwrap() else {
            panic!("an extension")
        };
        assert_eq!((&received, &sent), (&extension, &extension));
        assert_eq!(received.element(), Ok(Some(data)));
        assert_eq!(received.element::<domain::InfData>(), Ok(None));
    }
}
