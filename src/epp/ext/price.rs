//! The prices of ARI, now GoDaddy Registry (`price-1.0`, `-1.1`, `-1.2`): told by a check of their own, which tells
//! nothing about availability, and acknowledged in commands.

use rust_decimal::Decimal;

use crate::catalogue::{Message, Place, decode_and_encode};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::types::{Period, Text};
use crate::xml::{Decode, Element, Encode, Namespace, Tagged, Writer};

/// A version of the extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// `price-1.0`: one price, and one for renewals.
    V1_0,
    /// `price-1.1`: a price for each command.
    V1_1,
    /// `price-1.2`: names a category in place of `premium`.
    V1_2,
}

impl Version {
    /// All versions, oldest first.
    pub const ALL: [Self; 3] = [Self::V1_0, Self::V1_1, Self::V1_2];

    /// The newest version that is spoken, asked for with namespace URIs.
    #[must_use]
    pub fn choose(speaks: impl Fn(&str) -> bool) -> Option<Self> {
        Self::ALL.into_iter().rev().find(|version| speaks(version.ns().uri))
    }

    /// Its namespace.
    #[must_use]
    pub const fn ns(self) -> Namespace {
        let uri = match self {
            Self::V1_0 => "urn:ar:params:xml:ns:price-1.0",
            Self::V1_1 => "urn:ar:params:xml:ns:price-1.1",
            Self::V1_2 => "urn:ar:params:xml:ns:price-1.2",
        };
        Namespace { uri, prefix: "price" }
    }

    fn of(element: Element<'_>) -> Result<Self, DecodeError> {
        let version = Self::ALL.into_iter().find(|version| version.ns().uri == element.ns());
        version.ok_or_else(|| element.error(DecodeErrorKind::Expected("an element of the price extension")))
    }
}

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    command::<Check>(Version::V1_0, "check"),
    reply(Version::V1_0),
    command::<Ack>(Version::V1_0, "create"),
    command::<Ack>(Version::V1_0, "renew"),
    command::<Ack>(Version::V1_0, "transfer"),
    command::<Check>(Version::V1_1, "check"),
    reply(Version::V1_1),
    command::<Ack>(Version::V1_1, "create"),
    command::<Ack>(Version::V1_1, "renew"),
    command::<Ack>(Version::V1_1, "transfer"),
    command::<Ack>(Version::V1_1, "update"),
    command::<Check>(Version::V1_2, "check"),
    reply(Version::V1_2),
    command::<Ack>(Version::V1_2, "create"),
    command::<Ack>(Version::V1_2, "renew"),
    command::<Ack>(Version::V1_2, "transfer"),
    command::<Ack>(Version::V1_2, "update"),
];
const DOCUMENT: &str = "ARI price";

const fn command<T: Decode + Tagged + Encode>(version: Version, name: &'static str) -> Message {
    Message::by(version.ns(), name, Place::CommandExtension, DOCUMENT, decode_and_encode::<T>)
}

const fn reply(version: Version) -> Message {
    Message::by(version.ns(), "chkData", Place::ReplyExtension, DOCUMENT, decode_and_encode::<ChkData>)
}

/// `<price:check>`: turns a check into a question about prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// The version it is said in.
    pub version: Version,
    /// `period`; a year when left out.
    pub period: Option<Period>,
}

impl Tagged for Check {
    fn tag(&self) -> (Namespace, &'static str) {
        (self.version.ns(), "check")
    }
}

impl Decode for Check {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { version: Version::of(from)?, period: from.opt("period")? })
    }
}

impl Encode for Check {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("period", &self.period);
    }
}

/// `<price:chkData>`: the prices of the names that were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChkData {
    /// The version it is said in.
    pub version: Version,
    /// `cd`: one for each name.
    pub cds: Vec<Cd>,
}

impl ChkData {
    /// The prices among the extensions of a reply, in whichever version.
    ///
    /// # Errors
    /// [`DecodeError`] when they are there and cannot be read.
    pub fn find<'d>(mut extensions: impl Iterator<Item = Element<'d>>) -> Result<Option<Self>, DecodeError> {
        let told = |element: &Element<'d>| element.name() == "chkData" && Version::of(*element).is_ok();
        extensions.find(told).map(Self::decode).transpose()
    }
}

impl Tagged for ChkData {
    fn tag(&self) -> (Namespace, &'static str) {
        (self.version.ns(), "chkData")
    }
}

impl Decode for ChkData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { version: Version::of(from)?, cds: from.all("cd")? })
    }
}

impl Encode for ChkData {
    fn encode(&self, to: &mut Writer) {
        for cd in &self.cds {
            to.element("cd", |to| cd.encode_in(self.version, to));
        }
    }
}

/// `<price:cd>`: the prices of one name, in the currency that is agreed on with the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cd {
    /// `name`
    pub name: String,
    /// `premium` of the name (1.0, 1.1).
    pub premium: Option<bool>,
    /// `category` (1.2)
    pub category: Option<String>,
    /// `period`
    pub period: Option<Period>,
    /// `createPrice`, in 1.0 `price`.
    pub create_price: Option<Decimal>,
    /// `renewPrice`, in 1.0 `renewalPrice`.
    pub renew_price: Option<Decimal>,
    /// `restorePrice` (from 1.1)
    pub restore_price: Option<Decimal>,
    /// `transferPrice` (from 1.1)
    pub transfer_price: Option<Decimal>,
    /// `reason`: why there is no price.
    pub reason: Option<Text>,
}

impl Decode for Cd {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let name = from.need("name")?;
        let create = if from.has("price") { "price" } else { "createPrice" };
        let renew = if from.has("renewalPrice") { "renewalPrice" } else { "renewPrice" };
        Ok(Self {
            name: String::decode(name)?,
            premium: name.bool_attr("premium")?,
            category: from.opt("category")?,
            period: from.opt("period")?,
            create_price: from.opt(create)?,
            renew_price: from.opt(renew)?,
            restore_price: from.opt("restorePrice")?,
            transfer_price: from.opt("transferPrice")?,
            reason: from.opt("reason")?,
        })
    }
}

impl Cd {
    fn encode_in(&self, version: Version, to: &mut Writer) {
        to.element("name", |to| {
            if let Some(premium) = self.premium.filter(|_| version < Version::V1_2) {
                to.attr_bool("premium", premium);
            }
            self.name.encode(to);
        });
        if version == Version::V1_2 {
            to.put_opt("category", &self.category);
        }
        to.put_opt("period", &self.period);
        if version == Version::V1_0 {
            to.put_opt("price", &self.create_price);
            to.put_opt("renewalPrice", &self.renew_price);
        } else {
            to.put_opt("createPrice", &self.create_price);
            to.put_opt("renewPrice", &self.renew_price);
            to.put_opt("restorePrice", &self.restore_price);
            to.put_opt("transferPrice", &self.transfer_price);
        }
        to.put_opt("reason", &self.reason);
    }
}

/// `<price:create>`, `<price:renew>`, `<price:transfer>` and `<price:update>`, each with an `<ack>` in it: the client knows that the name has a price of its own. A command on such a name fails without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ack {
    /// The version it is said in.
    pub version: Version,
    /// Which of the elements.
    pub command: Acknowledged,
    /// `price`: fails the command when it is not this one.
    pub price: Option<Decimal>,
    /// `renewalPrice` (1.0): the same of the price of renewals.
    pub renewal_price: Option<Decimal>,
}

/// The command a price is acknowledged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Acknowledged {
    /// `create`
    Create,
    /// `renew`
    Renew,
    /// `transfer`
    Transfer,
    /// `update` (from 1.1), for a restore.
    Update,
}

impl Acknowledged {
    const ALL: [Self; 4] = [Self::Create, Self::Renew, Self::Transfer, Self::Update];

    fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Renew => "renew",
            Self::Transfer => "transfer",
            Self::Update => "update",
        }
    }
}

impl Tagged for Ack {
    fn tag(&self) -> (Namespace, &'static str) {
        (self.version.ns(), self.command.name())
    }
}

impl Decode for Ack {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let command = Acknowledged::ALL.into_iter().find(|command| command.name() == from.name());
        let command =
            command.ok_or_else(|| from.error(DecodeErrorKind::Expected("an acknowledged price")))?;
        let mut ack = from.need("ack")?;
        Ok(Self {
            version: Version::of(from)?,
            command,
            price: ack.opt("price")?,
            renewal_price: ack.opt("renewalPrice")?,
        })
    }
}

impl Encode for Ack {
    fn encode(&self, to: &mut Writer) {
        to.element("ack", |to| {
            to.put_opt("price", &self.price);
            if self.version == Version::V1_0 {
                to.put_opt("renewalPrice", &self.renewal_price);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{Ack, Acknowledged, ChkData, Version};
    use crate::xml::{Document, Writer};

    #[test]
    fn the_newest_version_that_is_announced_is_spoken() {
        for (announced, chosen) in [
            (&["price-1.0", "price-1.1"][..], Some(Version::V1_1)),
            (&["price-1.2", "price-1.1"], Some(Version::V1_2)),
            (&["kv-1.0"], None),
        ] {
            let speaks =
                |uri: &str| announced.iter().any(|name| uri == format!("urn:ar:params:xml:ns:{name}"));
            assert_eq!(Version::choose(speaks), chosen, "{announced:?}");
        }
    }

    #[test]
    fn prices_are_found_by_the_command_they_are_for_in_every_version() {
        for (version, prices) in [
            (Version::V1_0, "<price>9.50</price><renewalPrice>7</renewalPrice>"),
            (Version::V1_1, "<createPrice>9.50</createPrice><renewPrice>7</renewPrice>"),
            (Version::V1_2, "<createPrice>9.50</createPrice><renewPrice>7</renewPrice>"),
        ] {
            let uri = version.ns().uri;
            let xml =
                format!("<x><y/><chkData xmlns='{uri}'><cd><name>a.test</name>{prices}</cd></chkData></x>");
            let document = Document::parse(xml).unwrap();
            let told = ChkData::find(document.root().children()).unwrap().unwrap();
            assert_eq!(told.version, version);
            assert_eq!(told.cds[0].create_price, Some("9.50".parse().unwrap()));
            assert_eq!(told.cds[0].renew_price, Some(7.into()));
        }
    }

    #[test]
    fn only_the_first_version_acknowledges_renewals_beforehand() {
        for (version, content) in [
            (Version::V1_0, "<price:price>9</price:price><price:renewalPrice>7</price:renewalPrice>"),
            (Version::V1_1, "<price:price>9</price:price>"),
        ] {
            let command = Acknowledged::Create;
            let ack = Ack { version, command, price: Some(9.into()), renewal_price: Some(7.into()) };
            let mut to = Writer::new(Vec::new());
            to.named(&ack);
            let frame = to.finish().unwrap();
            let xml = std::str::from_utf8(&frame[4..]).unwrap();
            assert!(xml.ends_with(&format!("><price:ack>{content}</price:ack></price:create>")), "{xml}");
        }
    }
}
