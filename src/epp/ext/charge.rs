//! The charges of United TLD and its successors (`charge-1.0`): sets of amounts that a name belongs to, told with replies
//! and agreed to in commands.

use rust_decimal::Decimal;

use crate::catalogue::{Message, Place, decode_and_encode};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Tagged, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "http://www.unitedtld.com/epp/charge-1.0", prefix: "charge" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Agreement>(DOCUMENT),
    Message::extends_reply::<ChkData>(DOCUMENT),
    told("infData"),
    told("creData"),
    told("renData"),
    told("trnData"),
    told("upData"),
];
const DOCUMENT: &str = "United TLD charge";

const fn told(name: &'static str) -> Message {
    Message::by(NS, name, Place::ReplyExtension, DOCUMENT, decode_and_encode::<Told>)
}

/// `<charge:agreement>`: the sets the client agrees to. A command on a premium name fails without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// `set`, at least one.
    pub sets: Vec<Set>,
}

impl Named for Agreement {
    const NS: Namespace = NS;
    const NAME: &'static str = "agreement";
}

impl Decode for Agreement {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { sets: from.all("set")? })
    }
}

impl Encode for Agreement {
    fn encode(&self, to: &mut Writer) {
        to.put_all("set", &self.sets);
    }
}

/// `<charge:chkData>`: the sets of the names that were checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChkData {
    /// `cd`: one for each name that has any.
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

/// `<charge:cd>`: the sets of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cd {
    /// `name`
    pub name: String,
    /// `set`, at least one.
    pub sets: Vec<Set>,
}

impl Decode for Cd {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.one("name")?, sets: from.all("set")? })
    }
}

impl Encode for Cd {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put_all("set", &self.sets);
    }
}

/// `<charge:infData>`, `<charge:creData>`, `<charge:renData>`, `<charge:trnData>` and `<charge:upData>`: the sets of the
/// domain a reply is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Which of the elements.
    pub by: Reply,
    /// `set`, at least one.
    pub sets: Vec<Set>,
}

/// The reply that sets are told with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reply {
    /// `infData`
    Info,
    /// `creData`
    Create,
    /// `renData`
    Renew,
    /// `trnData`
    Transfer,
    /// `upData`
    Update,
}

impl Reply {
    const ALL: [Self; 5] = [Self::Info, Self::Create, Self::Renew, Self::Transfer, Self::Update];

    fn name(self) -> &'static str {
        match self {
            Self::Info => "infData",
            Self::Create => "creData",
            Self::Renew => "renData",
            Self::Transfer => "trnData",
            Self::Update => "upData",
        }
    }
}

impl Told {
    /// The sets among the extensions of a reply, whichever it is.
    ///
    /// # Errors
    /// [`DecodeError`] when they are there and cannot be read.
    pub fn find<'d>(mut extensions: impl Iterator<Item = Element<'d>>) -> Result<Option<Self>, DecodeError> {
        let told = |element: &Element<'d>| Reply::ALL.iter().any(|reply| element.is(NS, reply.name()));
        extensions.find(told).map(Self::decode).transpose()
    }
}

impl Tagged for Told {
    fn tag(&self) -> (Namespace, &'static str) {
        (NS, self.by.name())
    }
}

impl Decode for Told {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let by = Reply::ALL.into_iter().find(|reply| reply.name() == from.name());
        let by = by.ok_or_else(|| from.error(DecodeErrorKind::Expected("a charge that a reply tells")))?;
        Ok(Self { by, sets: from.all("set")? })
    }
}

impl Encode for Told {
    fn encode(&self, to: &mut Writer) {
        to.put_all("set", &self.sets);
    }
}

/// `<charge:set>`: amounts that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// `category`: `premium`, `earlyAccess` or another of the registry's.
    pub category: Category,
    /// `type`
    pub kind: Kind,
    /// `amount`, at least one.
    pub amounts: Vec<Amount>,
}

impl Decode for Set {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { category: from.one("category")?, kind: from.one("type")?, amounts: from.all("amount")? })
    }
}

impl Encode for Set {
    fn encode(&self, to: &mut Writer) {
        to.put("category", &self.category);
        to.put("type", &self.kind);
        to.put_all("amount", &self.amounts);
    }
}

/// `<charge:category>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// The category.
    pub category: String,
    /// `name`: the tier in it.
    pub name: Option<String>,
}

impl Decode for Category {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { category: String::decode(from)?, name: from.word("name") })
    }
}

impl Encode for Category {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("name", &self.name);
        self.category.encode(to);
    }
}

/// `<charge:type>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// What the amounts are.
    pub kind: SetType,
    /// `name`, when they are of the registry's own kind.
    pub name: Option<String>,
}

wire_enum! {
    /// What amounts are.
    SetType {
        Credit = "credit",
        Custom = "custom",
        /// Comes on top of the usual price.
        Fee = "fee",
        /// Stands in place of the usual price.
        Price = "price",
    }
}

impl Decode for Kind {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { kind: SetType::decode(from)?, name: from.word("name") })
    }
}

impl Encode for Kind {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("name", &self.name);
        self.kind.encode(to);
    }
}

/// `<charge:amount>`: what a command costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// The amount, in the currency that is agreed on with the registry.
    pub amount: Decimal,
    /// `command`
    pub command: CommandName,
    /// `name`: what is done by the command: `restore` of an update.
    pub name: Option<String>,
}

wire_enum! {
    /// The command an amount is for.
    CommandName {
        Check = "check",
        Create = "create",
        Custom = "custom",
        Delete = "delete",
        Info = "info",
        Renew = "renew",
        Transfer = "transfer",
        Update = "update",
    }
}

impl Decode for Amount {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            amount: Decimal::decode(from)?,
            command: from.need_word("command")?,
            name: from.word("name"),
        })
    }
}

impl Encode for Amount {
    fn encode(&self, to: &mut Writer) {
        to.attr("command", self.command.as_str());
        to.attr_opt("name", &self.name);
        self.amount.encode(to);
    }
}

#[cfg(test)]
mod tests {
    use super::{NS, Reply, SetType, Told};
    use crate::xml::Document;

    #[test]
    fn sets_are_found_with_whichever_reply_they_come() {
        for reply in Reply::ALL {
            let (name, uri) = (reply.name(), NS.uri);
            let set = "<set><category name='B'>premium</category><type>price</type>\
                <amount command='update' name='restore'>70</amount></set>";
            let xml = format!("<x><other/><{name} xmlns='{uri}'>{set}</{name}></x>");
            let told = Told::find(Document::parse(xml).unwrap().root().children()).unwrap().unwrap();
            assert_eq!((told.by, &told.sets[0].kind.kind), (reply, &SetType::Price));
            assert_eq!(told.sets[0].amounts[0].name.as_deref(), Some("restore"));
        }
        let other = format!("<x><creData xmlns='{}x'/><agreement xmlns='{}'/></x>", NS.uri, NS.uri);
        assert_eq!(Told::find(Document::parse(other).unwrap().root().children()).unwrap(), None);
    }
}
