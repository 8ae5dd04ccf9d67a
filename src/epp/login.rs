//! `<login>` (RFC 5730, 2.9.1.1).

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::types::Secret;
use crate::xml::{Decode, Element, Encode, Writer};

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::session("login", |from, to| {
    to.put("login", &Login::decode(from)?);
    Ok(())
})];

/// `<login>`: who opens the session, and what it will be used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// `clID`: the client's id at the registry.
    pub cl_id: String,
    /// `pw`: 6 to 16 characters by the RFC; registries allow more.
    pub pw: Secret,
    /// `newPW`: the password from now on.
    pub new_pw: Option<Secret>,
    /// `options`
    pub options: Options,
    /// `svcs`
    pub svcs: Services,
}

impl Decode for Login {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            cl_id: from.one("clID")?,
            pw: from.one("pw")?,
            new_pw: from.opt("newPW")?,
            options: from.one("options")?,
            svcs: from.one("svcs")?,
        })
    }
}

impl Encode for Login {
    fn encode(&self, to: &mut Writer) {
        to.put("clID", &self.cl_id);
        to.put("pw", &self.pw);
        to.put_opt("newPW", &self.new_pw);
        to.put("options", &self.options);
        to.put("svcs", &self.svcs);
    }
}

/// `<options>`: version of the protocol and language of the server's texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Always `1.0` so far.
    pub version: String,
    /// One of the greeting's languages.
    pub lang: String,
}

impl Decode for Options {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { version: from.one("version")?, lang: from.one("lang")? })
    }
}

impl Encode for Options {
    fn encode(&self, to: &mut Writer) {
        to.put("version", &self.version);
        to.put("lang", &self.lang);
    }
}

/// `<svcs>`: the objects and extensions the session will use, as namespace URIs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Services {
    /// `objURI`
    pub objects: Vec<String>,
    /// `extURI`
    pub extensions: Vec<String>,
}

impl Decode for Services {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let objects = from.all("objURI")?;
        let extensions = match from.find("svcExtension") {
            Some(mut extension) => extension.all("extURI")?,
            None => Vec::new(),
        };
        Ok(Self { objects, extensions })
    }
}

impl Encode for Services {
    fn encode(&self, to: &mut Writer) {
        to.put_all("objURI", &self.objects);
        if !self.extensions.is_empty() {
            to.element("svcExtension", |to| to.put_all("extURI", &self.extensions));
        }
    }
}
