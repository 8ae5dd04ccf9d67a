//! Validation of telephone numbers that are domains (RFC 5076, `e164val-1.0`): who checked that a number belongs to its
//! holder. What a validation says is open; the form that the RFC gives as an example is [`SimpleVal`].

use chrono::NaiveDate;

use crate::catalogue::Message;
use crate::error::{DecodeError, EncodeError};
use crate::fragment::Fragment;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:e164val-1.0", prefix: "e164val" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_command::<Renew>(DOCUMENT),
    Message::extends_command::<Transfer>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
];
const DOCUMENT: &str = "RFC 5076";

/// `<e164val:create>`: the validations of a new number (4.2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create(pub Insert);

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Insert::decode(from).map(Self)
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<e164val:renew>`: new validations of a number that is renewed (4.2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renew(pub Insert);

impl Named for Renew {
    const NS: Namespace = NS;
    const NAME: &'static str = "renew";
}

impl Decode for Renew {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Insert::decode(from).map(Self)
    }
}

impl Encode for Renew {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<e164val:transfer>`: new validations of a number that moves (4.2.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer(pub Insert);

impl Named for Transfer {
    const NS: Namespace = NS;
    const NAME: &'static str = "transfer";
}

impl Decode for Transfer {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Insert::decode(from).map(Self)
    }
}

impl Encode for Transfer {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// Validations that come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Insert {
    /// `add`: at least one.
    pub add: Vec<Validation>,
}

impl Decode for Insert {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { add: from.all("add")? })
    }
}

impl Encode for Insert {
    fn encode(&self, to: &mut Writer) {
        to.put_all("add", &self.add);
    }
}

/// `<e164val:update>`: validations that come, go or change (4.2.5).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Update {
    /// `add`
    pub add: Vec<Validation>,
    /// `rem`
    pub rem: Vec<ValidationId>,
    /// `chg`
    pub chg: Vec<Validation>,
}

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { add: from.all("add")?, rem: from.all("rem")?, chg: from.all("chg")? })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put_all("add", &self.add);
        to.put_all("rem", &self.rem);
        to.put_all("chg", &self.chg);
    }
}

/// `<e164val:infData>`: the validations of a number (4.1.2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InfData {
    /// `inf`
    pub inf: Vec<Validation>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { inf: from.all("inf")? })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put_all("inf", &self.inf);
    }
}

/// `<e164val:rem>`: a validation that goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidationId {
    /// `id`
    pub id: String,
}

impl Decode for ValidationId {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { id: from.need_word("id")? })
    }
}

impl Encode for ValidationId {
    fn encode(&self, to: &mut Writer) {
        to.attr("id", &self.id);
    }
}

/// `<e164val:add>`, `<e164val:chg>` and `<e164val:inf>`: a validation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validation {
    /// `id`
    pub id: String,
    /// The whole `<validationInfo>`, of which [`SimpleVal::of`] reads the usual form.
    pub validation_info: Fragment,
}

impl Decode for Validation {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { id: from.need_word("id")?, validation_info: from.one("validationInfo")? })
    }
}

impl Encode for Validation {
    fn encode(&self, to: &mut Writer) {
        to.attr("id", &self.id);
        self.validation_info.encode(to);
    }
}

/// `<valex:simpleVal>`: a validation in the form that the RFC gives as an example (`e164valex-1.1`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimpleVal {
    /// `methodID`: how it was checked.
    pub method_id: String,
    /// `validationEntityID`: who checked.
    pub validation_entity_id: Option<String>,
    /// `registrarID`
    pub registrar_id: Option<String>,
    /// `executionDate`: when.
    pub execution_date: NaiveDate,
    /// `expirationDate`: until when it holds.
    pub expiration_date: Option<NaiveDate>,
}

impl SimpleVal {
    /// Reads a validation, if it is of this form.
    ///
    /// # Errors
    /// [`DecodeError`] when it is and a part is missing or wrong.
    pub fn of(validation: &Validation) -> Result<Option<Self>, DecodeError> {
        validation.validation_info.document()?.root().named()
    }

    /// The validation in this form.
    ///
    /// # Errors
    /// [`EncodeError`] when a value cannot be carried by XML.
    pub fn to_validation(&self, id: impl Into<String>) -> Result<Validation, EncodeError> {
        let validation_info = Fragment::write(|to| to.scoped(NS, "validationInfo", |to| to.named(self)))?;
        Ok(Validation { id: id.into(), validation_info })
    }
}

impl Named for SimpleVal {
    const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:e164valex-1.1", prefix: "valex" };
    const NAME: &'static str = "simpleVal";
}

impl Decode for SimpleVal {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            method_id: from.one("methodID")?,
            validation_entity_id: from.opt("validationEntityID")?,
            registrar_id: from.opt("registrarID")?,
            execution_date: from.one("executionDate")?,
            expiration_date: from.opt("expirationDate")?,
        })
    }
}

impl Encode for SimpleVal {
    fn encode(&self, to: &mut Writer) {
        to.put("methodID", &self.method_id);
        to.put_opt("validationEntityID", &self.validation_entity_id);
        to.put_opt("registrarID", &self.registrar_id);
        to.put("executionDate", &self.execution_date);
        to.put_opt("expirationDate", &self.expiration_date);
    }
}

#[cfg(test)]
mod tests {
    use super::SimpleVal;
    use crate::fragment::Fragment;

    #[test]
    fn a_simple_validation_comes_out_as_it_went_in() {
        let day = |day| chrono::NaiveDate::from_ymd_opt(2031, 2, day).unwrap();
        let simple = SimpleVal {
            method_id: "Letter & seal".into(),
            validation_entity_id: None,
            registrar_id: Some("REG-1".into()),
            execution_date: day(3),
            expiration_date: Some(day(4)),
        };
        assert_eq!(SimpleVal::of(&simple.to_validation("V-1").unwrap()), Ok(Some(simple)));
    }

    #[test]
    fn a_validation_of_another_form_is_none() {
        let mut other = SimpleVal {
            method_id: String::new(),
            validation_entity_id: None,
            registrar_id: None,
            execution_date: chrono::NaiveDate::default(),
            expiration_date: None,
        }
        .to_validation("V-1")
        .unwrap();
        other.validation_info =
            Fragment::parse("<validationInfo><seal xmlns='urn:x'/></validationInfo>").unwrap();
        assert_eq!(SimpleVal::of(&other), Ok(None));
    }
}
