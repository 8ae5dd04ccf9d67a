//! Delegation by DELEG records (draft-brown-epp-deleg, `deleg-0.01`).

use std::collections::BTreeMap;

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:epp:deleg-0.01", prefix: "deleg" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
];
const DOCUMENT: &str = "draft-brown-epp-deleg";

/// `<deleg:create>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create(pub Delegs);

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Delegs::decode(from).map(Self)
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<deleg:infData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData(pub Delegs);

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Delegs::decode(from).map(Self)
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<deleg:update>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// `add`
    pub add: Option<Delegs>,
    /// `rem`
    pub rem: Option<Delegs>,
}

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { add: from.opt("add")?, rem: from.opt("rem")? })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("add", &self.add);
        to.put_opt("rem", &self.rem);
    }
}

/// Records of a domain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delegs {
    /// `deleg`
    pub delegs: Vec<Deleg>,
}

impl Decode for Delegs {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { delegs: from.all("deleg")? })
    }
}

impl Encode for Delegs {
    fn encode(&self, to: &mut Writer) {
        to.put_all("deleg", &self.delegs);
    }
}

/// `<deleg:deleg>`: a record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deleg {
    /// `priority`: the lowest counts most; 0 is an alias.
    pub priority: Option<u16>,
    /// `target`: the server, or the name this is an alias of.
    pub target: Option<String>,
    /// `params`
    pub params: Option<Params>,
}

impl Decode for Deleg {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            priority: from.parse_attr("priority", "number")?,
            target: from.word("target"),
            params: from.opt("params")?,
        })
    }
}

impl Encode for Deleg {
    fn encode(&self, to: &mut Writer) {
        if let Some(priority) = self.priority {
            to.attr_display("priority", priority);
        }
        to.attr_opt("target", &self.target);
        to.put_opt("params", &self.params);
    }
}

/// `<deleg:params>`: parameters of the server, an attribute each: `ipv4hint="192.0.2.1"`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Params {
    /// Values by their names. What is no name fails the message.
    pub params: BTreeMap<String, String>,
}

impl Decode for Params {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        let own = from.attrs().filter(|attr| attr.ns.is_empty());
        Ok(Self { params: own.map(|attr| (attr.name.to_owned(), attr.value.to_owned())).collect() })
    }
}

impl Encode for Params {
    fn encode(&self, to: &mut Writer) {
        for (name, value) in &self.params {
            let name = to.checked(name);
            to.attr(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Create, Deleg, Delegs, Params};
    use crate::EncodeError;
    use crate::xml::Writer;

    #[test]
    fn a_parameter_whose_name_is_none_fails_the_message() {
        for (name, good) in [("ipv4hint", true), ("a b", false), ("x=\"1\" y", false), ("", false)] {
            let params = Params { params: [(name.to_owned(), "192.0.2.1".to_owned())].into() };
            let mut to = Writer::new(Vec::new());
            to.named(&Create(Delegs { delegs: vec![Deleg { params: Some(params), ..Deleg::default() }] }));
            assert_eq!(
                to.finish().map(drop),
                if good { Ok(()) } else { Err(EncodeError::Character) },
                "{name}"
            );
        }
    }
}
