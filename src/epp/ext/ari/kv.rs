//! Lists of keys and values that a registry wants to know of a domain (`kv-1.1`, `kv-1.0`).
//!
//! The types are of 1.1; [`V10`] around one makes it speak 1.0, which has no extension of renew and transfer.

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:X-ar:params:xml:ns:kv-1.1", prefix: "kv" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_command::<Renew>(DOCUMENT),
    Message::extends_command::<Transfer>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
    Message::extends_command::<V10<Create>>("ARI kv-1.0"),
    Message::extends_command::<V10<Update>>("ARI kv-1.0"),
    Message::extends_reply::<V10<InfData>>("ARI kv-1.0"),
];
const DOCUMENT: &str = "ARI kv-1.1";

/// `<kv:create>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create(pub Lists);

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Lists::decode(from).map(Self)
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<kv:update>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update(pub Lists);

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Lists::decode(from).map(Self)
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<kv:renew>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renew(pub Lists);

impl Named for Renew {
    const NS: Namespace = NS;
    const NAME: &'static str = "renew";
}

impl Decode for Renew {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Lists::decode(from).map(Self)
    }
}

impl Encode for Renew {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<kv:transfer>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer(pub Lists);

impl Named for Transfer {
    const NS: Namespace = NS;
    const NAME: &'static str = "transfer";
}

impl Decode for Transfer {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Lists::decode(from).map(Self)
    }
}

impl Encode for Transfer {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<kv:infData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData(pub Lists);

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Lists::decode(from).map(Self)
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// Lists of keys and values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lists {
    /// `kvlist`: at least one.
    pub lists: Vec<List>,
}

impl Decode for Lists {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { lists: from.all("kvlist")? })
    }
}

impl Encode for Lists {
    fn encode(&self, to: &mut Writer) {
        to.put_all("kvlist", &self.lists);
    }
}

impl Lists {
    /// The value of a key in the list of that name.
    #[must_use]
    pub fn value(&self, list: &str, key: &str) -> Option<&str> {
        let mut items = self.lists.iter().filter(|of| of.name == list).flat_map(|of| &of.items);
        items.find_map(|item| (item.key == key).then_some(item.value.as_str()))
    }
}

/// The namespace of version 1.0.
pub const NS_1_0: Namespace = Namespace { uri: "urn:X-ar:params:xml:ns:kv-1.0", prefix: "kv" };

/// An element of version 1.0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct V10<T>(pub T);

impl<T: Named> Named for V10<T> {
    const NS: Namespace = NS_1_0;
    const NAME: &'static str = T::NAME;
}

impl<T: Decode> Decode for V10<T> {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        T::decode(from).map(Self)
    }
}

impl<T: Encode> Encode for V10<T> {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<kv:kvlist>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// `name`
    pub name: String,
    /// `item`: at least one.
    pub items: Vec<Item>,
}

impl Decode for List {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.need_word("name")?, items: from.all("item")? })
    }
}

impl Encode for List {
    fn encode(&self, to: &mut Writer) {
        to.attr("name", &self.name);
        to.put_all("item", &self.items);
    }
}

/// `<kv:item>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// `key`
    pub key: String,
    /// The value.
    pub value: String,
}

impl Decode for Item {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { key: from.need_word("key")?, value: from.text().to_owned() })
    }
}

impl Encode for Item {
    fn encode(&self, to: &mut Writer) {
        to.attr("key", &self.key);
        to.text(&self.value);
    }
}

#[cfg(test)]
mod tests {
    use super::{Item, List, Lists};

    #[test]
    fn a_value_is_found_by_list_and_key() {
        let item = |key: &str| Item { key: key.into(), value: key.to_uppercase() };
        let list = |name: &str, keys: [&str; 2]| List { name: name.into(), items: keys.map(item).into() };
        let lists = Lists { lists: vec![list("a", ["x", "y"]), list("b", ["y", "z"])] };
        for (list, key, value) in
            [("a", "x", Some("X")), ("b", "y", Some("Y")), ("a", "z", None), ("c", "x", None)]
        {
            assert_eq!(lists.value(list, key), value, "{list} {key}");
        }
    }
}
