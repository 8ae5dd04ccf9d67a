//! Parts of a domain inside elements of other specifications: the element is theirs, its content is of this mapping.
//! `<keyrelay:authInfo><domain:pw>...`

use super::{HostAttr, NS, NameServers};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::fragment::Fragment;
use crate::types::Secret;
use crate::xml::{Decode, Element, Encode, Writer};

/// An element with the content of `<domain:authInfo>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForeignAuthInfo {
    /// `domain:pw`
    Pw {
        /// The password.
        pw: Secret,
        /// `roid` of the contact whose password it is.
        roid: Option<String>,
    },
    /// `domain:ext`: anything else, carried as it is.
    Ext(Fragment),
}

impl ForeignAuthInfo {
    /// A plain password.
    #[must_use]
    pub fn pw(pw: impl Into<String>) -> Self {
        Self::Pw { pw: Secret::new(pw), roid: None }
    }
}

impl Decode for ForeignAuthInfo {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(pw) = from.find_in(NS, "pw") {
            return Ok(Self::Pw { pw: Secret::decode(pw)?, roid: pw.word("roid") });
        }
        let ext = from.find_in(NS, "ext").ok_or_else(|| from.error(DecodeErrorKind::Missing("pw")))?;
        Fragment::decode(ext).map(Self::Ext)
    }
}

impl Encode for ForeignAuthInfo {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Pw { pw, roid } => to.within(NS, |to| {
                to.element("pw", |to| {
                    to.attr_opt("roid", roid);
                    pw.encode(to);
                });
            }),
            Self::Ext(ext) => ext.encode(to),
        }
    }
}

/// An element with the content of `<domain:ns>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignNs(pub NameServers);

impl Decode for ForeignNs {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        let all = |name| from.children().filter(move |child| child.is(NS, name));
        let attributes: Vec<HostAttr> = all("hostAttr").map(HostAttr::decode).collect::<Result<_, _>>()?;
        let objects = all("hostObj").map(|host| host.text().to_owned());
        Ok(Self(if attributes.is_empty() {
            NameServers::Objects(objects.collect())
        } else {
            NameServers::Attributes(attributes)
        }))
    }
}

impl Encode for ForeignNs {
    fn encode(&self, to: &mut Writer) {
        to.within(NS, |to| self.0.encode(to));
    }
}

#[cfg(test)]
mod tests {
    use super::{ForeignAuthInfo, ForeignNs};
    use crate::domain::NameServers;
    use crate::xml::{Decode, Document};

    #[test]
    fn the_content_is_found_whatever_prefix_it_has_and_only_in_its_own_namespace() {
        for (content, read) in [
            ("<d:pw>s3cret</d:pw>", Some(ForeignAuthInfo::pw("s3cret"))),
            (
                "<pw xmlns='urn:ietf:params:xml:ns:domain-1.0'>s3cret</pw>",
                Some(ForeignAuthInfo::pw("s3cret")),
            ),
            ("<pw>s3cret</pw>", None),
            ("", None),
        ] {
            let xml = format!("<x xmlns='urn:x' xmlns:d='urn:ietf:params:xml:ns:domain-1.0'>{content}</x>");
            let document = Document::parse(xml).unwrap();
            assert_eq!(ForeignAuthInfo::decode(document.root()).ok(), read, "{content}");
        }
    }

    #[test]
    fn no_name_servers_are_none_of_either_form() {
        let document = Document::parse("<x xmlns='urn:x'/>").unwrap();
        assert_eq!(ForeignNs::decode(document.root()), Ok(ForeignNs(NameServers::Objects(Vec::new()))));
    }
}
