//! `<fee:check>`, `<fee:chkData>`, `<fee:info>` and `<fee:infData>` on the wire.
//!
//! Up to 0.11 an answer is flat: object, command, currency and fees side by side, the command as text. From 0.12 on it is
//! a list of `command` elements below the object. Reading tells the two apart by what it meets.

use super::dialect::{Ask, AvailAt, ClassAt, Object, Reason, Shape};
use super::{Cd, Check, CheckCommand, ChkData, CommandFees, FeeCommand, InfData, Info, ObjId, put_flag};
use crate::domain;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::types::Text;
use crate::xml::{Decode, Element, Writer, is_name};

impl Decode for Check {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if flat_command(from).is_some() {
            let mut command = CheckCommand::decode(from)?;
            return Ok(Self { currency: command.currency.take(), commands: vec![command] });
        }
        let mut commands: Vec<CheckCommand> = from.all("command")?;
        for each in ["domain", "object"] {
            commands.extend(from.all::<CheckCommand>(each)?);
        }
        Ok(Self { currency: from.opt("currency")?, commands })
    }
}

impl Check {
    pub(super) fn encode_in(&self, shape: &Shape, names: &[String], to: &mut Writer) {
        match shape.ask {
            Ask::Whole => {
                if let Some(command) = self.commands.first() {
                    let name = names.first().map(|name| name.as_str().into());
                    let object = command.object.as_ref().or(name.as_ref());
                    command.encode_flat(shape, object, self.currency_of(command), to);
                }
            }
            Ask::Each(element) => {
                for command in &self.commands {
                    let mut put = |object: &ObjId| {
                        to.element(element, |to| {
                            to.attr_opt("objURI", &object.uri);
                            command.encode_flat(shape, Some(object), self.currency_of(command), to);
                        });
                    };
                    match &command.object {
                        Some(object) => put(object),
                        None => names.iter().for_each(|name| put(&name.as_str().into())),
                    }
                }
            }
            Ask::One => {
                if let Some(command) = self.commands.first() {
                    command.encode_flat(shape, None, self.currency_of(command), to);
                }
            }
            Ask::List => {
                to.put_opt("currency", &self.currency);
                for command in &self.commands {
                    to.element("command", |to| {
                        command.encode_attributes(shape, to);
                        to.put_opt("period", &command.period);
                        if shape.class == ClassAt::Command {
                            to.put_opt("class", &command.class);
                        }
                        if shape.dates {
                            to.put_opt("date", &command.date);
                        }
                    });
                }
            }
        }
    }

    fn currency_of<'c>(&'c self, command: &'c CheckCommand) -> Option<&'c str> {
        command.currency.as_deref().or(self.currency.as_deref())
    }
}

impl Decode for CheckCommand {
    /// From a `command` element, or from the element that a flat question or answer is.
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let (name, head) = match flat_command(from) {
            Some(command) => (command.text(), command),
            None => (from.need_attr("name")?.trim(), from),
        };
        if name.is_empty() {
            return Err(head.error(DecodeErrorKind::Missing("name")));
        }
        Ok(Self {
            name: name.into(),
            custom_name: head.word("customName"),
            phase: head.word("phase"),
            subphase: head.word("subphase"),
            period: from.opt("period")?,
            class: from.opt("class")?,
            date: from.opt("date")?,
            currency: from.opt("currency")?,
            object: read_object(from)?,
        })
    }
}

impl CheckCommand {
    /// The question of a flat dialect.
    fn encode_flat(&self, shape: &Shape, object: Option<&ObjId>, currency: Option<&str>, to: &mut Writer) {
        self.encode_flat_head(shape, object, currency, to);
        if matches!(shape.ask, Ask::One) {
            to.put_opt("class", &self.class);
        }
    }

    /// What a flat answer repeats of its question.
    fn encode_flat_head(
        &self,
        shape: &Shape,
        object: Option<&ObjId>,
        currency: Option<&str>,
        to: &mut Writer,
    ) {
        if let Some(object) = object {
            put_object(shape, object, None, to);
        }
        let put_command = |to: &mut Writer| {
            to.element(shape.command, |to| {
                to.attr_opt("phase", &self.phase);
                to.attr_opt("subphase", &self.subphase);
                to.text(self.word());
            });
        };
        if matches!(shape.ask, Ask::One) {
            put_command(to);
            to.put_opt("currency", &currency);
        } else {
            to.put_opt("currency", &currency);
            put_command(to);
        }
        to.put_opt("period", &self.period);
    }

    /// The attributes of a `command` element.
    fn encode_attributes(&self, shape: &Shape, to: &mut Writer) {
        match &self.name {
            FeeCommand::Other(own) if shape.custom_name => {
                to.attr("name", "custom");
                to.attr("customName", own);
            }
            name if shape.custom_name => {
                to.attr("name", name.as_str());
                to.attr_opt("customName", &self.custom_name);
            }
            _ => to.attr("name", self.word()),
        }
        to.attr_opt("phase", &self.phase);
        to.attr_opt("subphase", &self.subphase);
    }
}

impl Decode for ChkData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let currency: Option<String> = from.opt("currency")?;
        let mut cds: Vec<Cd> = from.all("cd")?;
        if cds.is_empty() {
            cds.push(Cd::decode(from)?);
        }
        let told = cds.iter().flat_map(|cd| &cd.commands).find_map(|fees| fees.command.currency.clone());
        let currency = currency.or(told).unwrap_or_default();
        for fees in cds.iter_mut().flat_map(|cd| &mut cd.commands) {
            fees.command.currency.take_if(|own| *own == currency);
        }
        Ok(Self { currency, cds })
    }
}

impl ChkData {
    pub(super) fn encode_in(&self, shape: &Shape, to: &mut Writer) {
        match shape.ask {
            Ask::Whole => {
                for (cd, fees) in self.flat().take(1) {
                    self.encode_flat(shape, cd, fees, to);
                }
            }
            Ask::Each(_) | Ask::One => {
                for (cd, fees) in self.flat() {
                    to.element("cd", |to| self.encode_flat(shape, cd, fees, to));
                }
            }
            Ask::List => {
                if !self.currency.is_empty() {
                    to.put("currency", &self.currency);
                }
                for cd in &self.cds {
                    to.element("cd", |to| cd.encode_list(shape, to));
                }
            }
        }
    }

    fn flat(&self) -> impl Iterator<Item = (&Cd, &CommandFees)> {
        self.cds.iter().flat_map(|cd| cd.commands.iter().map(move |fees| (cd, fees)))
    }

    fn encode_flat(&self, shape: &Shape, cd: &Cd, fees: &CommandFees, to: &mut Writer) {
        if shape.avail == AvailAt::Cd {
            put_flag(to, "avail", Some(fees.avail));
        }
        if matches!(shape.object, Object::Id) {
            to.attr_opt("objURI", &cd.obj_id.uri);
        }
        put_object(shape, &cd.obj_id, cd.premium, to);
        fees.encode_flat(shape, Some(self.currency_of(fees)), cd.class.as_ref(), to);
    }
}

impl Decode for Cd {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let obj_id = read_object(from)?.ok_or_else(|| from.error(DecodeErrorKind::Missing("objID")))?;
        let premium = from.find("name").map(|name| name.bool_attr("premium")).transpose()?.flatten();
        let class = from.opt("class")?;
        if flat_command(from).is_some() {
            let commands = vec![CommandFees::decode_flat(from)?];
            return Ok(Self { avail: true, obj_id, premium, class, commands, reason: None });
        }
        Ok(Self {
            avail: from.bool_attr("avail")?.unwrap_or(true),
            obj_id,
            premium,
            class,
            commands: from.all("command")?,
            reason: from.opt("reason")?,
        })
    }
}

impl Cd {
    fn encode_list(&self, shape: &Shape, to: &mut Writer) {
        if shape.avail == AvailAt::Cd {
            put_flag(to, "avail", Some(self.avail));
        }
        put_object(shape, &self.obj_id, None, to);
        if shape.class == ClassAt::Cd {
            to.put_opt("class", &self.class);
        }
        for fees in &self.commands {
            to.element("command", |to| fees.encode_list(shape, to));
        }
        if shape.reason == Reason::Lang {
            to.put_opt("reason", &self.reason);
        }
    }
}

impl Decode for CommandFees {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            command: CheckCommand::decode(from)?,
            avail: from.bool_attr("avail")?.unwrap_or(true),
            standard: from.bool_attr("standard")?,
            fees: from.all("fee")?,
            credits: from.all("credit")?,
            reason: from.opt("reason")?,
            not_after: from.opt("notAfter")?,
        })
    }
}

impl CommandFees {
    /// From the `cd` of a flat dialect, which keeps the object and the class.
    fn decode_flat(from: Element<'_>) -> Result<Self, DecodeError> {
        let mut fees = Self::decode(from)?;
        fees.command.object = None;
        fees.command.class = None;
        Ok(fees)
    }

    fn encode_flat(&self, shape: &Shape, currency: Option<&str>, class: Option<&String>, to: &mut Writer) {
        self.command.encode_flat_head(shape, None, currency, to);
        self.encode_amounts(shape, to);
        if shape.class == ClassAt::Cd {
            to.put_opt("class", &class);
        }
        put_reason(shape, &self.reason, to);
    }

    fn encode_list(&self, shape: &Shape, to: &mut Writer) {
        if shape.avail == AvailAt::Command {
            put_flag(to, "avail", Some(self.avail));
        }
        if shape.standard {
            put_flag(to, "standard", self.standard);
        }
        self.command.encode_attributes(shape, to);
        to.put_opt("period", &self.command.period);
        self.encode_amounts(shape, to);
        if shape.class == ClassAt::Command {
            to.put_opt("class", &self.command.class);
        }
        put_reason(shape, &self.reason, to);
        if shape.dates {
            to.put_opt("date", &self.command.date);
            to.put_opt("notAfter", &self.not_after);
        }
    }

    fn encode_amounts(&self, shape: &Shape, to: &mut Writer) {
        self.fees.iter().for_each(|fee| fee.put_in(shape, to));
        if shape.credits {
            self.credits.iter().for_each(|credit| credit.put_in(shape, to));
        }
    }
}

impl Decode for Info {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        CheckCommand::decode(from).map(Self)
    }
}

impl Info {
    pub(super) fn encode_in(&self, shape: &Shape, to: &mut Writer) {
        self.0.encode_flat_head(shape, None, self.0.currency.as_deref(), to);
    }
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { class: from.opt("class")?, fees: CommandFees::decode_flat(from)? })
    }
}

impl InfData {
    pub(super) fn encode_in(&self, shape: &Shape, to: &mut Writer) {
        self.fees.encode_flat(shape, self.fees.command.currency.as_deref(), self.class.as_ref(), to);
    }
}

/// The element with the command as text, if there is one.
fn flat_command(mut from: Element<'_>) -> Option<Element<'_>> {
    from.find("command")
        .filter(|command| command.attr("name").is_none() && command.children().next().is_none())
        .or_else(|| from.find("action"))
}

/// The object of a question or answer, in any form.
fn read_object(mut from: Element<'_>) -> Result<Option<ObjId>, DecodeError> {
    let owned = |text: &str| text.to_owned();
    if let Some(id) = from.find("objID") {
        let element = id.attr("element").filter(|name| is_name(name)).map(owned);
        return Ok(Some(ObjId { id: owned(id.text()), element, uri: from.attr("objURI").map(owned) }));
    }
    if let Some(object) = from.find("object") {
        let inside = object.children().next().ok_or_else(|| object.invalid("object"))?;
        return Ok(Some(ObjId {
            id: owned(inside.text()),
            element: Some(inside.name()).filter(|name| *name != "name").map(owned),
            uri: Some(inside.ns()).filter(|uri| *uri != domain::NS.uri).map(owned),
        }));
    }
    Ok(from.find("name").or_else(|| from.find("domain")).map(|name| name.text().into()))
}

fn put_object(shape: &Shape, object: &ObjId, premium: Option<bool>, to: &mut Writer) {
    match shape.object {
        Object::Name(element) => to.element(element, |to| {
            put_flag(to, "premium", premium);
            to.text(object);
        }),
        Object::Id => to.element("objID", |to| {
            to.attr_opt("element", &object.element);
            to.text(object);
        }),
        Object::Wrapped => to.element("object", |to| {
            let element = to.checked(object.element.as_deref().unwrap_or("name"));
            match &object.uri {
                None => to.scoped(domain::NS, element, |to| to.text(object)),
                Some(uri) => to.unprefixed(uri, element, |to| to.text(object)),
            }
        }),
    }
}

fn put_reason(shape: &Shape, reason: &Option<Text>, to: &mut Writer) {
    match (shape.reason, reason) {
        (Reason::Plain, Some(reason)) => to.put("reason", &reason.text),
        (Reason::Lang, Some(reason)) => to.put("reason", reason),
        _ => {}
    }
}
