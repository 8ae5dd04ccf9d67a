//! Launch phases (RFC 8334, `launch-1.0`): sunrise and its applications, claims and their notices. Marks are those of
//! [`super::mark`]; here they are carried, byte for byte, since some are signed.

use chrono::{DateTime, Utc};

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::ext::signed_mark::EncodedSignedMark;
use crate::fragment::Fragment;
use crate::types::Text;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer, parse_bool};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:launch-1.0", prefix: "launch" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Check>(DOCUMENT),
    Message::extends_reply::<ChkData>(DOCUMENT),
    Message::extends_command::<Info>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_reply::<CreData>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_command::<Delete>(DOCUMENT),
];
const DOCUMENT: &str = "RFC 8334";

/// `<launch:phase>`: which phase of the launch (2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// The phase.
    pub phase: PhaseWord,
    /// `name`: of a custom phase, or of a part of the phase.
    pub name: Option<String>,
}

wire_enum! {
    /// The phases of a launch.
    PhaseWord {
        Claims = "claims",
        Custom = "custom",
        Landrush = "landrush",
        Open = "open",
        Sunrise = "sunrise",
    }
}

impl From<PhaseWord> for Phase {
    fn from(phase: PhaseWord) -> Self {
        Self { phase, name: None }
    }
}

impl Decode for Phase {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { phase: from.text().into(), name: from.attr("name").map(Into::into) })
    }
}

impl Encode for Phase {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("name", &self.name);
        self.phase.encode(to);
    }
}

/// `<launch:check>`: what is asked of the names of a domain check (3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// `type`; claims when left out.
    pub form: Option<CheckForm>,
    /// `phase`
    pub phase: Option<Phase>,
}

wire_enum! {
    /// What a check is for.
    CheckForm {
        Availability = "avail",
        Claims = "claims",
        Trademark = "trademark",
    }
}

impl Named for Check {
    const NS: Namespace = NS;
    const NAME: &'static str = "check";
}

impl Decode for Check {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { form: from.attr("type").map(|form| form.trim().into()), phase: from.opt("phase")? })
    }
}

impl Encode for Check {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("type", &self.form);
        to.put_opt("phase", &self.phase);
    }
}

/// `<launch:chkData>`: for which names there are marks (3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChkData {
    /// `phase`
    pub phase: Option<Phase>,
    /// `cd`: one for each name.
    pub cds: Vec<Cd>,
}

impl Named for ChkData {
    const NS: Namespace = NS;
    const NAME: &'static str = "chkData";
}

impl Decode for ChkData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { phase: from.opt("phase")?, cds: from.all("cd")? })
    }
}

impl Encode for ChkData {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("phase", &self.phase);
        to.put_all("cd", &self.cds);
    }
}

/// `<launch:cd>`: the marks that match one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cd {
    /// `name`
    pub name: String,
    /// `exists`: whether a mark matches.
    pub exists: bool,
    /// `claimKey`: by which a validator gives the claims notice.
    pub claim_keys: Vec<ValidatedToken>,
}

impl Decode for Cd {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let name = from.need("name")?;
        let exists = parse_bool(name.need_attr("exists")?.trim()).ok_or_else(|| name.invalid("boolean"))?;
        Ok(Self { name: name.text().to_owned(), exists, claim_keys: from.all("claimKey")? })
    }
}

impl Encode for Cd {
    fn encode(&self, to: &mut Writer) {
        to.element("name", |to| {
            to.attr("exists", if self.exists { "1" } else { "0" });
            to.text(&self.name);
        });
        to.put_all("claimKey", &self.claim_keys);
    }
}

/// `<launch:claimKey>`, `<launch:code>` and `<launch:noticeID>`: a word of a validator's, and which validator (2.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidatedToken {
    /// The word.
    pub token: String,
    /// `validatorID`; the Trademark Clearinghouse when left out.
    pub validator_id: Option<String>,
}

impl Decode for ValidatedToken {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { token: from.text().to_owned(), validator_id: from.attr("validatorID").map(Into::into) })
    }
}

impl Encode for ValidatedToken {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("validatorID", &self.validator_id);
        to.text(&self.token);
    }
}

/// `<launch:info>`: reads an application, or the launch data of a registration (3.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// `includeMark`: whether the reply shall tell of the marks.
    pub include_mark: Option<bool>,
    /// `phase`
    pub phase: Phase,
    /// `applicationID`
    pub application_id: Option<String>,
}

impl Named for Info {
    const NS: Namespace = NS;
    const NAME: &'static str = "info";
}

impl Decode for Info {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let include_mark = from
            .attr("includeMark")
            .map(|flag| parse_bool(flag.trim()).ok_or_else(|| from.invalid("boolean")));
        Ok(Self {
            include_mark: include_mark.transpose()?,
            phase: from.one("phase")?,
            application_id: from.opt("applicationID")?,
        })
    }
}

impl Encode for Info {
    fn encode(&self, to: &mut Writer) {
        if let Some(include_mark) = self.include_mark {
            to.attr("includeMark", if include_mark { "true" } else { "false" });
        }
        to.put("phase", &self.phase);
        to.put_opt("applicationID", &self.application_id);
    }
}

/// `<launch:infData>`: how an application stands (3.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `phase`
    pub phase: Phase,
    /// `applicationID`
    pub application_id: Option<String>,
    /// `status`
    pub status: Option<LaunchStatus>,
    /// `mark:mark` and what else may stand for it.
    pub marks: Vec<Fragment>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            phase: from.one("phase")?,
            application_id: from.opt("applicationID")?,
            status: from.opt("status")?,
            marks: foreign(from).map(Fragment::decode).collect::<Result<_, _>>()?,
        })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put("phase", &self.phase);
        to.put_opt("applicationID", &self.application_id);
        to.put_opt("status", &self.status);
        self.marks.iter().for_each(|mark| mark.encode(to));
    }
}

/// `<launch:status>`: how an application stands (2.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaunchStatus {
    /// `s`
    pub status: Status,
    /// `name` of a custom status.
    pub name: Option<String>,
    /// A remark; empty as a rule.
    pub text: Text,
}

wire_enum! {
    /// The states of an application.
    Status {
        Allocated = "allocated",
        Custom = "custom",
        Invalid = "invalid",
        PendingAllocation = "pendingAllocation",
        PendingValidation = "pendingValidation",
        Rejected = "rejected",
        Validated = "validated",
    }
}

impl Decode for LaunchStatus {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            status: from.need_attr("s")?.trim().into(),
            name: from.attr("name").map(Into::into),
            text: Text::decode(from)?,
        })
    }
}

impl Encode for LaunchStatus {
    fn encode(&self, to: &mut Writer) {
        to.attr("s", self.status.as_str());
        to.attr_opt("name", &self.name);
        self.text.encode(to);
    }
}

/// `<launch:create>`: asks for a name in a launch phase (3.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create {
    /// `type`: application or registration, where both are possible.
    pub object: Option<ObjectType>,
    /// `phase`
    pub phase: Phase,
    /// What proves the right to the name.
    pub proof: Proof,
    /// `notice`: claims notices that were accepted.
    pub notices: Vec<Notice>,
}

wire_enum! {
    /// What a create makes.
    ObjectType {
        Application = "application",
        Registration = "registration",
    }
}

/// What proves the right to a name in a sunrise (2.6).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Proof {
    /// Nothing, as in a claims phase.
    #[default]
    None,
    /// `codeMark`: codes, marks, or both.
    CodeMarks(Vec<CodeMark>),
    /// `smd:signedMark`: as they were signed.
    SignedMarks(Vec<Fragment>),
    /// `smd:encodedSignedMark`: the usual form.
    EncodedSignedMarks(Vec<EncodedSignedMark>),
}

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            object: from.attr("type").map(|object| object.trim().into()),
            phase: from.one("phase")?,
            proof: Proof::decode(from)?,
            notices: from.all("notice")?,
        })
    }
}

impl Decode for Proof {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let code_marks: Vec<CodeMark> = from.all("codeMark")?;
        if !code_marks.is_empty() {
            return Ok(Self::CodeMarks(code_marks));
        }
        let encoded = |mark: &Element<'_>| mark.is(EncodedSignedMark::NS, EncodedSignedMark::NAME);
        if foreign(from).any(|mark| encoded(&mark)) {
            let marks = foreign(from).filter(encoded).map(EncodedSignedMark::decode);
            return marks.collect::<Result<_, _>>().map(Self::EncodedSignedMarks);
        }
        let marks: Vec<Fragment> = foreign(from).map(Fragment::decode).collect::<Result<_, _>>()?;
        Ok(if marks.is_empty() { Self::None } else { Self::SignedMarks(marks) })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("type", &self.object);
        to.put("phase", &self.phase);
        match &self.proof {
            Proof::None => {}
            Proof::CodeMarks(code_marks) => to.put_all("codeMark", code_marks),
            Proof::SignedMarks(marks) => marks.iter().for_each(|mark| mark.encode(to)),
            Proof::EncodedSignedMarks(marks) => marks.iter().for_each(|mark| to.named(mark)),
        }
        to.put_all("notice", &self.notices);
    }
}

/// `<launch:codeMark>`: a code of the mark's validator, the mark, or both (2.6.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeMark {
    /// `code`
    pub code: Option<ValidatedToken>,
    /// `mark:mark`
    pub mark: Option<Fragment>,
}

impl Decode for CodeMark {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { code: from.opt("code")?, mark: foreign(from).next().map(Fragment::decode).transpose()? })
    }
}

impl Encode for CodeMark {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("code", &self.code);
        if let Some(mark) = &self.mark {
            mark.encode(to);
        }
    }
}

/// `<launch:notice>`: a claims notice, and when it was accepted (3.3.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// `noticeID`
    pub notice_id: ValidatedToken,
    /// `notAfter`: until when it may be accepted.
    pub not_after: DateTime<Utc>,
    /// `acceptedDate`
    pub accepted_date: DateTime<Utc>,
}

impl Decode for Notice {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            notice_id: from.one("noticeID")?,
            not_after: from.one("notAfter")?,
            accepted_date: from.one("acceptedDate")?,
        })
    }
}

impl Encode for Notice {
    fn encode(&self, to: &mut Writer) {
        to.put("noticeID", &self.notice_id);
        to.put("notAfter", &self.not_after);
        to.put("acceptedDate", &self.accepted_date);
    }
}

/// `<launch:creData>`: the application that was made (3.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreData {
    /// `phase`
    pub phase: Phase,
    /// `applicationID`
    pub application_id: String,
}

impl Named for CreData {
    const NS: Namespace = NS;
    const NAME: &'static str = "creData";
}

impl Decode for CreData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { phase: from.one("phase")?, application_id: from.opt("applicationID")?.unwrap_or_default() })
    }
}

impl Encode for CreData {
    fn encode(&self, to: &mut Writer) {
        to.put("phase", &self.phase);
        to.put("applicationID", &self.application_id);
    }
}

/// `<launch:update>`: which application a domain update is for (3.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// `phase`
    pub phase: Phase,
    /// `applicationID`
    pub application_id: String,
}

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { phase: from.one("phase")?, application_id: from.one("applicationID")? })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put("phase", &self.phase);
        to.put("applicationID", &self.application_id);
    }
}

/// `<launch:delete>`: which application a domain delete is for (3.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delete {
    /// `phase`
    pub phase: Phase,
    /// `applicationID`
    pub application_id: String,
}

impl Named for Delete {
    const NS: Namespace = NS;
    const NAME: &'static str = "delete";
}

impl Decode for Delete {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { phase: from.one("phase")?, application_id: from.one("applicationID")? })
    }
}

impl Encode for Delete {
    fn encode(&self, to: &mut Writer) {
        to.put("phase", &self.phase);
        to.put("applicationID", &self.application_id);
    }
}

/// The children that are of another namespace: marks.
fn foreign<'d>(of: Element<'d>) -> impl Iterator<Item = Element<'d>> {
    of.children().filter(move |child| child.ns() != of.ns())
}
