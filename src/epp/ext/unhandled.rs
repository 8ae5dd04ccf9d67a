//! Elements of namespaces that a client did not log in with (RFC 9038): a server tells them in `<extValue>` of a
//! successful result, where a client that does not know them does no harm by passing them over.
//!
//! There are no messages here, only a convention on those of RFC 5730.

use crate::EPP;
use crate::error::{DecodeError, EncodeError};
use crate::fragment::Fragment;
use crate::response::{EppResult, ExtValue, Response};
use crate::types::Text;
use crate::xml::{Decode, Encode, Named};

/// The URI by which client and server tell each other that they keep to this.
pub const URI: &str = "urn:ietf:params:xml:ns:epp:unhandled-namespaces-1.0";

/// An element that stands in `<extValue>` because its namespace was not in the login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unhandled {
    /// URI of its namespace.
    pub ns: String,
    /// The `<value>` around it.
    value: Fragment,
}

impl Unhandled {
    /// Those of a reply.
    pub fn of<'r>(response: &'r Response<'_>) -> impl Iterator<Item = Self> + 'r {
        response.results.iter().flat_map(EppResult::ext_values).filter_map(Self::read)
    }

    /// The element as a `T`, if it is one.
    ///
    /// # Errors
    /// [`DecodeError`] when it is and cannot be read.
    pub fn element<T: Named + Decode>(&self) -> Result<Option<T>, DecodeError> {
        self.value.document()?.root().named()
    }

    /// An element as a server tells it to a client that did not log in with its namespace.
    ///
    /// # Errors
    /// [`EncodeError`] when a value cannot be carried by XML.
    pub fn write<T: Named + Encode>(element: &T) -> Result<ExtValue, EncodeError> {
        let value = Fragment::write(|to| to.scoped(EPP, "value", |to| to.named(element)))?;
        Ok(ExtValue { value: Some(value), reason: Text::new(format!("{} {REASON}", T::NS.uri)) })
    }

    fn read(from: &ExtValue) -> Option<Self> {
        let (ns, reason) = from.reason.text.split_once(char::is_whitespace)?;
        let value = from.value.clone().filter(|_| reason.trim() == REASON)?;
        Some(Self { ns: ns.to_owned(), value })
    }
}

const REASON: &str = "not in login services";

#[cfg(test)]
mod tests {
    use super::Unhandled;
    use crate::ext::idn;
    use crate::response::{EppResult, Reply, Response, ResultCode, TrId};
    use crate::xml::Document;

    fn reply(result: EppResult) -> Response<'static> {
        let frame = Reply::new(&[result], None).finish(&TrId::default()).unwrap();
        Response::read(Document::from_bytes(frame[4..].to_vec()).unwrap()).unwrap()
    }

    #[test]
    fn an_element_that_was_put_aside_is_found_by_its_type() {
        let data = idn::Data { table: "de".into(), uname: Some("<ä>".into()) };
        let mut result = EppResult::new(ResultCode::OK, "done");
        result.values.push(Unhandled::write(&data).unwrap().into());
        let response = reply(result);
        let unhandled: Vec<_> = Unhandled::of(&response).collect();
        assert_eq!(unhandled.len(), 1);
        assert_eq!(unhandled[0].ns, idn::NS.uri);
        assert_eq!(unhandled[0].element::<idn::Data>(), Ok(Some(data)));
        assert_eq!(unhandled[0].element::<crate::domain::InfData>(), Ok(None));
    }

    #[test]
    fn a_value_that_is_wrong_is_not_one_that_was_put_aside() {
        let mut value = Unhandled::write(&idn::Data { table: "de".into(), uname: None }).unwrap();
        value.reason.text = "Unknown table".into();
        let mut result = EppResult::new(ResultCode::PARAMETER_RANGE, "no");
        result.values.push(value.into());
        assert_eq!(Unhandled::of(&reply(result)).count(), 0);
    }
}
