//! What is measured: the messages of a registrar's day, as values and as texts.
//!
//! The text of a message is what we write for its value, on one line. Every side reads the same text, and what the peer
//! writes must read as the same value, or there is no run.

use std::fmt::Debug;
use std::hint::black_box;
use std::sync::LazyLock;

use anyhow::{Context, Result, bail, ensure};
use eppgate_epp::command::ReceivedCommand;
use eppgate_epp::ext::{fee, launch, rgp, secdns};
use eppgate_epp::login::{Login, Options, Services};
use eppgate_epp::response::{EppResult, MsgQ, MsgText};
use eppgate_epp::types::{AuthInfo, Period, Secret, Text, TransferStatus};
use eppgate_epp::xml::{Decode, Document, Encode, Named, timestamp};
use eppgate_epp::{Command, ObjectCommand, Received, Reply, Response, ResultCode, TrId};
use eppgate_epp::{contact, domain};
use rust_decimal::Decimal;

use super::allocations::allocations;
use super::peer;

/// One message, and how it is written and read.
pub(super) struct Message {
    pub(super) name: &'static str,
    /// Without the length before it.
    pub(super) text: String,
    /// Allocations the value consists of.
    pub(super) owned: usize,
    /// Writes the frame, in the buffer of the one before where the codec offers it.
    pub(super) encode: Box<dyn Fn(Vec<u8>) -> Result<Vec<u8>>>,
    /// Reads the message and drops it.
    pub(super) decode: Read,
    /// Fails unless a text reads as the message.
    reads_as_this: Read,
    pub(super) peer_encode: Option<peer::Encode>,
    pub(super) peer_decode: Option<peer::Decode>,
}

type Read = Box<dyn Fn(&str) -> Result<()>>;

/// All messages that are measured.
pub(super) fn all() -> Result<Vec<Message>> {
    let mut all = vec![login()?.written_by(peer::encode(peer::login()))?];
    for (plain, with_fee, count) in [
        ("domain:check, 1 name", "domain:check, 1 name, fee", 1),
        ("domain:check, 50 names", "domain:check, 50 names, fee", 50),
    ] {
        let check = domain::Check { names: NAMES[..count].to_vec() };
        all.push(plain_command(plain, check.clone())?.written_by(peer::encode(peer::check(count)))?);
        all.push(command(with_fee, check, fee_check(), Command::with, need_extension)?);
    }
    for (plain, with_fee, count) in [
        ("domain:chkData, 1 name", "domain:chkData, 1 name, fee", 1),
        ("domain:chkData, 50 names", "domain:chkData, 50 names, fee", 50),
    ] {
        let (data, fees) = (chk_data(count), fee_chk_data(count));
        all.push(
            plain_reply(plain, None, data.clone())?
                .read_by(peer::decode::<instant_epp::domain::DomainCheck<'static>>)?,
        );
        all.push(reply(with_fee, None, data, fees, Reply::with, |reply| {
            reply.extension()?.context("no fees")
        })?);
    }
    all.push(
        plain_reply("domain:infData, thick", None, inf_data())?
            .read_by(peer::decode::<instant_epp::domain::DomainInfo<'static>>)?,
    );
    all.push(reply(
        "domain:infData, thick, secDNS, rgp",
        None,
        inf_data(),
        (secdns::InfData(ds()), add_period()),
        |reply, (signed, grace)| reply.with(signed).with(grace),
        |reply| reply.extension()?.zip(reply.extension()?).context("not both extensions"),
    )?);
    all.push(plain_command("domain:create", create())?.written_by(peer::encode(peer::create()))?);
    all.push(command(
        "domain:create, fee, secDNS, launch",
        create(),
        (fee::Create(agreed()), secdns::Create(ds()), claims()),
        |command, (fee, signed, launch)| command.with(fee).with(signed).with(launch),
        |command| Ok((need_extension(command)?, need_extension(command)?, need_extension(command)?)),
    )?);
    all.push(
        plain_reply("poll, domain:trnData", Some(msg_q()), trn_data())?
            .read_by(peer::decode::<instant_epp::poll::Poll>)?,
    );
    all.push(
        plain_reply("contact:infData", None, contact_inf_data())?
            .read_by(peer::decode::<instant_epp::contact::ContactInfo<'static>>)?,
    );
    Ok(all)
}

impl Message {
    fn new<V: Clone + PartialEq + Debug + 'static>(
        name: &'static str,
        value: V,
        encode: impl Fn(&V, Vec<u8>) -> Result<Vec<u8>> + 'static,
        decode: impl Fn(&str) -> Result<V> + Copy + 'static,
    ) -> Result<Self> {
        let frame = encode(&value, Vec::new())?;
        let text = String::from_utf8(frame[eppgate_epp::frame::HEADER..].to_vec())?;
        let again = decode(&text).with_context(|| name)?;
        ensure!(again == value, "{name}: not what was written: {again:?}");
        let expected = value.clone();
        Ok(Self {
            name,
            text,
            // A copy takes one allocation for each string and each list, and none for those that are empty.
            owned: allocations(|| Ok(value.clone()))?,
            encode: Box::new(move |buffer| encode(&value, buffer)),
            decode: Box::new(move |text| decode(text).map(|value| drop(black_box(value)))),
            reads_as_this: Box::new(move |text| {
                let read = decode(text)?;
                ensure!(read == expected, "{name}: not the same message: {read:?}");
                Ok(())
            }),
            peer_encode: None,
            peer_decode: None,
        })
    }

    fn written_by(mut self, encode: peer::Encode) -> Result<Self> {
        (self.reads_as_this)(&encode()?)?;
        self.peer_encode = Some(encode);
        Ok(self)
    }

    fn read_by(mut self, decode: peer::Decode) -> Result<Self> {
        decode(&self.text).with_context(|| self.name)?;
        self.peer_decode = Some(decode);
        Ok(self)
    }
}

/// A command with all that is said in it.
fn command<C, E>(
    name: &'static str,
    object: C,
    extensions: E,
    with: fn(Command, &E) -> Command,
    read: fn(&ReceivedCommand<'_>) -> Result<E>,
) -> Result<Message>
where
    C: ObjectCommand + Decode + Clone + PartialEq + Debug + 'static,
    E: Clone + PartialEq + Debug + 'static,
{
    Message::new(
        name,
        (object, extensions, Some(CL_TRID.to_owned())),
        move |(object, extensions, _), buffer| {
            Ok(with(Command::in_buffer(buffer, object), extensions).finish(CL_TRID)?.bytes)
        },
        move |text| {
            let command = received(text)?;
            let object = command.read_object()?.context("another object")?;
            Ok((object, read(&command)?, command.cl_trid))
        },
    )
}

fn plain_command<C>(name: &'static str, object: C) -> Result<Message>
where
    C: ObjectCommand + Decode + Clone + PartialEq + Debug + 'static,
{
    command(name, object, (), |command, ()| command, |_| Ok(()))
}

fn received(text: &str) -> Result<ReceivedCommand<'_>> {
    match Received::read(Document::parse(text)?)? {
        Received::Command(command) => Ok(command),
        Received::Hello => bail!("a hello"),
    }
}

fn need_extension<T: Named + Decode>(command: &ReceivedCommand<'_>) -> Result<T> {
    command.extension()?.context(T::NAME)
}

/// A reply with all that it tells.
fn reply<D, E>(
    name: &'static str,
    msg_q: Option<MsgQ>,
    data: D,
    extensions: E,
    with: fn(Reply, &E) -> Reply,
    read: fn(&Response<'_>) -> Result<E>,
) -> Result<Message>
where
    D: Named + Encode + Decode + Clone + PartialEq + Debug + 'static,
    E: Clone + PartialEq + Debug + 'static,
{
    let result = match msg_q {
        None => EppResult::new(ResultCode::OK, "Command completed successfully"),
        Some(_) => {
            EppResult::new(ResultCode::ACK_TO_DEQUEUE, "Command completed successfully; ack to dequeue")
        }
    };
    let tr_id = TrId { client: Some(CL_TRID.to_owned()), server: "REG-7F3A-20260403-000181".to_owned() };
    Message::new(
        name,
        (vec![result], msg_q, data, extensions, tr_id),
        move |(results, msg_q, data, extensions, tr_id), _| {
            let reply = Reply::new(results, msg_q.as_ref()).data(data);
            Ok(with(reply, extensions).finish(tr_id)?)
        },
        move |text| {
            let response = Response::read(Document::parse(text)?)?;
            let (data, extensions) = (response.need_data()?, read(&response)?);
            Ok((response.results, response.msg_q, data, extensions, response.tr_id))
        },
    )
}

fn plain_reply<D>(name: &'static str, msg_q: Option<MsgQ>, data: D) -> Result<Message>
where
    D: Named + Encode + Decode + Clone + PartialEq + Debug + 'static,
{
    reply(name, msg_q, data, (), |reply, ()| reply, |_| Ok(()))
}

fn login() -> Result<Message> {
    let login = Login {
        cl_id: "registrar-17".to_owned(),
        pw: Secret::new("correct horse"),
        new_pw: None,
        options: Options { version: "1.0".to_owned(), lang: "en".to_owned() },
        svcs: Services {
            objects: OBJECT_URIS.map(str::to_owned).to_vec(),
            extensions: EXTENSION_URIS.map(str::to_owned).to_vec(),
        },
    };
    Message::new(
        "login",
        (login, Some(CL_TRID.to_owned())),
        |(login, _), _| Ok(Command::login(login).finish(CL_TRID)?.bytes),
        |text| {
            let command = received(text)?;
            Ok((command.read_login()?, command.cl_trid))
        },
    )
}

fn fee_check() -> fee::Check {
    let one_year = |name| fee::CheckCommand::new(name, Some(Period::years(1)));
    fee::Check {
        currency: Some("USD".to_owned()),
        commands: vec![one_year(fee::FeeCommand::Create), one_year(fee::FeeCommand::Renew)],
    }
}

fn chk_data(count: usize) -> domain::ChkData {
    let checked = |(nth, name): (usize, &String)| {
        let avail = nth % 2 == 0;
        let reason = (!avail).then(|| Text::new("In use"));
        domain::Cd(eppgate_epp::types::Checked { name: name.clone(), avail, reason })
    };
    domain::ChkData { cds: NAMES[..count].iter().enumerate().map(checked).collect() }
}

fn fee_chk_data(count: usize) -> fee::ChkData {
    let fees = |command| fee::CommandFees {
        command,
        avail: true,
        standard: Some(true),
        fees: vec![usd()],
        credits: Vec::new(),
        reason: None,
        not_after: None,
    };
    let told = |name: &String| fee::Cd {
        avail: true,
        obj_id: name.as_str().into(),
        premium: None,
        class: None,
        commands: fee_check().commands.into_iter().map(fees).collect(),
        reason: None,
    };
    fee::ChkData { currency: "USD".to_owned(), cds: NAMES[..count].iter().map(told).collect() }
}

fn inf_data() -> domain::InfData {
    domain::InfData {
        name: NAMES[0].clone(),
        roid: "D20441-EXAMPLE".to_owned(),
        statuses: vec![
            domain::Status::ClientDeleteProhibited.into(),
            domain::Status::ClientTransferProhibited.into(),
            domain::Status::ClientUpdateProhibited.into(),
        ],
        registrant: Some("HLD-2031".to_owned()),
        contacts: contacts(),
        ns: Some(hosts()),
        hosts: vec![format!("ns1.{}", NAMES[0]), format!("ns2.{}", NAMES[0])],
        cl_id: "registrar-17".to_owned(),
        cr_id: Some("registrar-4".to_owned()),
        cr_date: timestamp("2021-03-04T05:06:07Z"),
        up_id: Some("registrar-17".to_owned()),
        up_date: timestamp("2025-11-30T21:14:02.113Z"),
        ex_date: timestamp("2028-03-04T05:06:07Z"),
        tr_date: timestamp("2023-07-01T12:00:00Z"),
        auth_info: Some(AuthInfo::pw("s3cr3t-4uth")),
    }
}

fn create() -> domain::Create {
    domain::Create {
        name: NAMES[0].clone(),
        period: Some(Period::years(2)),
        ns: Some(hosts()),
        registrant: Some("HLD-2031".to_owned()),
        contacts: contacts(),
        auth_info: AuthInfo::pw("s3cr3t-4uth"),
    }
}

fn hosts() -> domain::NameServers {
    domain::NameServers::Objects(vec!["ns1.example.net".to_owned(), "ns2.example.net".to_owned()])
}

fn contacts() -> Vec<domain::DomainContact> {
    let contact = |(role, id): (_, &str)| domain::DomainContact { id: id.to_owned(), role: Some(role) };
    [
        (domain::ContactRole::Admin, "ADM-2031"),
        (domain::ContactRole::Tech, "TEC-88"),
        (domain::ContactRole::Billing, "BIL-4"),
    ]
    .map(contact)
    .to_vec()
}

fn ds() -> secdns::DsOrKey {
    secdns::DsOrKey::ds(vec![secdns::DsData {
        key_tag: 60485,
        alg: 13,
        digest_type: 2,
        digest: "D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A".to_owned(),
        key_data: None,
    }])
}

fn add_period() -> rgp::InfData {
    rgp::InfData { statuses: vec![rgp::RgpStatus::AutoRenewPeriod.into()] }
}

fn agreed() -> fee::Agreed {
    fee::Agreed { currency: Some("USD".to_owned()), fees: vec![usd()], credits: Vec::new() }
}

fn usd() -> fee::Fee {
    Decimal::new(1250, 2).into()
}

fn claims() -> launch::Create {
    launch::Create {
        object: None,
        phase: launch::PhaseWord::Claims.into(),
        proof: launch::Proof::None,
        notices: vec![launch::Notice {
            notice_id: launch::ValidatedToken {
                token: "370d0b7c9223372036854775807".to_owned(),
                validator_id: Some("tmch".to_owned()),
            },
            not_after: timestamp("2026-04-05T00:00:00Z").expect("a fixed time"),
            accepted_date: timestamp("2026-04-03T22:00:00Z").expect("a fixed time"),
        }],
    }
}

fn msg_q() -> MsgQ {
    MsgQ {
        count: 5,
        id: "10034500".to_owned(),
        q_date: timestamp("2026-04-03T22:00:00Z"),
        msg: Some(MsgText::Plain(Text::new("Transfer requested."))),
    }
}

fn trn_data() -> domain::TrnData {
    domain::TrnData {
        name: NAMES[0].clone(),
        tr_status: TransferStatus::Pending,
        re_id: "registrar-4".to_owned(),
        re_date: timestamp("2026-04-03T22:00:00Z").expect("a fixed time"),
        ac_id: "registrar-17".to_owned(),
        ac_date: timestamp("2026-04-08T22:00:00Z").expect("a fixed time"),
        ex_date: timestamp("2029-03-04T05:06:07Z"),
    }
}

fn contact_inf_data() -> contact::InfData {
    contact::InfData {
        id: "HLD-2031".to_owned(),
        roid: "C88120-EXAMPLE".to_owned(),
        statuses: vec![contact::Status::Linked.into(), contact::Status::ClientDeleteProhibited.into()],
        postal_infos: vec![contact::PostalInfo {
            form: contact::PostalForm::International,
            name: "Ada Example".to_owned(),
            org: Some("Example & Daughters".to_owned()),
            addr: contact::Address {
                street: vec!["123 Example Dr.".to_owned(), "Suite 100".to_owned()],
                city: "Dulles".to_owned(),
                sp: Some("VA".to_owned()),
                pc: Some("20166-6503".to_owned()),
                cc: "US".to_owned(),
            },
        }],
        voice: Some(contact::Phone { number: "+1.7035555555".to_owned(), x: Some("1234".to_owned()) }),
        fax: Some(contact::Phone { number: "+1.7035555556".to_owned(), x: None }),
        email: Some("ada@example.com".to_owned()),
        cl_id: "registrar-17".to_owned(),
        cr_id: Some("registrar-17".to_owned()),
        cr_date: timestamp("2021-03-04T05:06:07Z"),
        up_id: Some("registrar-17".to_owned()),
        up_date: timestamp("2025-11-30T21:14:02.113Z"),
        tr_date: None,
        auth_info: Some(AuthInfo::pw("s3cr3t-4uth")),
        disclose: Some(contact::Disclose {
            flag: false,
            name: vec![contact::PostalForm::International],
            org: Vec::new(),
            addr: vec![contact::PostalForm::International],
            voice: true,
            fax: false,
            email: true,
        }),
    }
}

pub(super) const CL_TRID: &str = "GATE-20260403-000000017";
pub(super) const OBJECT_URIS: [&str; 3] = [contact::NS.uri, domain::NS.uri, eppgate_epp::host::NS.uri];
pub(super) const EXTENSION_URIS: [&str; 4] = [secdns::NS.uri, rgp::NS.uri, fee::NS.uri, launch::NS.uri];

/// Names of usual lengths.
pub(super) static NAMES: LazyLock<Vec<String>> =
    LazyLock::new(|| (0..50).map(|nth| format!("registrars-choice-{nth:02}.example")).collect());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_allocates_what_the_value_owns_and_nothing_else() {
        for Message { name, text, owned, decode, .. } in all().unwrap() {
            decode(&text).unwrap();
            assert_eq!(allocations(|| decode(&text)).unwrap(), owned, "{name}");
        }
    }
}
