//! The commands on contacts (RFC 5733), one file each.

mod check;
mod create;
mod delete;
mod info;
mod transfer;
mod update;

pub(super) use create::contact_id;

use eppgate_epp::ResultCode;
use eppgate_epp::command::Verb;
use eppgate_epp::contact::Status;

use crate::flows::{Outcome, Reading, Refusal, View};
use crate::objects::Contact;

/// A command on a contact that was read and can be run.
pub(crate) enum Order {
    Check(check::Order),
    Info(info::Order),
    Transfer(transfer::Order),
    Create(Box<create::Order>),
    Delete(delete::Order),
    Update(Box<update::Order>),
}

impl Order {
    pub(super) fn read(command: &Reading<'_>) -> Result<Self, Refusal> {
        match (command.verb, command.op) {
            (Verb::Check, _) => check::Order::read(command).map(Self::Check),
            (Verb::Info, _) => info::Order::read(command).map(Self::Info),
            (Verb::Create, _) => create::Order::read(command).map(|order| Self::Create(Box::new(order))),
            (Verb::Delete, _) => delete::Order::read(command).map(Self::Delete),
            (Verb::Update, _) => update::Order::read(command).map(|order| Self::Update(Box::new(order))),
            (_, Some(op)) => transfer::Order::read(command, op).map(Self::Transfer),
            _ => Err(ResultCode::UNIMPLEMENTED_COMMAND.into()),
        }
    }

    pub(super) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        match self {
            Self::Check(order) => order.run(view),
            Self::Info(order) => order.run(view),
            Self::Transfer(order) => order.run(view),
            Self::Create(order) => order.run(view),
            Self::Delete(order) => order.run(view),
            Self::Update(order) => order.run(view),
        }
    }
}

/// The contact of an id, else 2303.
fn find<'v>(view: &'v View<'_>, id: &str) -> Result<&'v Contact, Refusal> {
    view.state.contact(id).ok_or_else(|| ResultCode::OBJECT_DOES_NOT_EXIST.into())
}

/// The contact of an id, to be changed by its sponsor, else 2201; none of these statuses may be set, else 2304, and it
/// may not be on its way to another sponsor, else 2300.
fn changeable(view: &View<'_>, id: &str, prohibiting: &[Status]) -> Result<Contact, Refusal> {
    let contact = find(view, id)?;
    if contact.data.cl_id != view.account() {
        return Err(ResultCode::AUTHORIZATION_ERROR.into());
    }
    if let Some(status) = prohibiting.iter().find(|status| contact.has(status)) {
        return Err(Refusal::new(ResultCode::STATUS_PROHIBITS, status.to_string()));
    }
    if contact.pending_transfer().is_some() {
        return Err(ResultCode::PENDING_TRANSFER.into());
    }
    Ok(contact.clone())
}

#[cfg(test)]
mod tests {
    use eppgate_epp::contact::{
        Check, Chg, ChgPostalInfo, ChkData, CreData, Create, Delete, Disclose, InfData, Info, Phone,
        PostalForm, Status, Transfer, TrnData, Update,
    };
    use eppgate_epp::ext::iis;
    use eppgate_epp::poll::Poll;
    use eppgate_epp::types::{AuthInfo, TransferOp, TransferStatus};
    use eppgate_epp::{Command, domain};

    use crate::character::Character;
    use crate::client::{Client, contact, create_with, login_to, registry, registry_like};

    fn info(id: &str) -> Info {
        Info { id: id.into(), auth_info: None }
    }

    fn statuses(client: &mut Client) -> Vec<String> {
        let data = client.run(&info("jane-1")).read(|r| r.need_data::<InfData>().unwrap());
        data.statuses.iter().map(|status| status.status.to_string()).collect()
    }

    #[test]
    fn a_contact_is_created_once_and_told_to_its_sponsor_as_it_was_given() {
        let registry = registry();
        let mut a = Client::login(&registry, "registrar-a");
        let wanted = Create {
            voice: Some(Phone { number: "+46.812345".into(), x: Some("12".into()) }),
            disclose: Some(Disclose {
                flag: false,
                name: vec![PostalForm::International],
                org: Vec::new(),
                addr: Vec::new(),
                voice: true,
                fax: false,
                email: true,
            }),
            ..contact("jane-1")
        };
        let created = a.run(&wanted);
        assert_eq!(created.read(|r| r.need_data::<CreData>().unwrap().id), "jane-1");
        assert_eq!(a.run(&wanted).code, 2302);
        let data = a.run(&info("jane-1")).read(|r| r.need_data::<InfData>().unwrap());
        assert_eq!(data.roid, "C2-GENERIC");
        assert_eq!((&data.postal_infos, &data.voice), (&wanted.postal_infos, &wanted.voice));
        assert_eq!((data.email.as_deref(), &data.disclose), (Some("jane@example.test"), &wanted.disclose));
        assert_eq!((data.cl_id.as_str(), data.cr_id.as_deref()), ("registrar-a", Some("registrar-a")));
        assert_eq!(data.auth_info, Some(AuthInfo::pw("sandbox-secret")));
        assert_eq!(statuses(&mut a), ["ok"]);

        let mut b = Client::login(&registry, "registrar-b");
        assert_eq!(b.run(&info("jane-1")).code, 2201);
        let with = |pw: &str| Info { auth_info: Some(AuthInfo::pw(pw)), ..info("jane-1") };
        assert_eq!(b.run(&with("wrong")).code, 2202);
        assert_eq!(b.run(&with("sandbox-secret")).code, 1000);
        assert_eq!(b.run(&info("nobody")).code, 2303);
        assert_eq!(b.run(&Check { ids: vec!["x".into()] }).code, 2005);
        let ids = ["jane-1", "free-1"].map(Into::into).into();
        let told = b.run(&Check { ids }).read(|r| r.need_data::<ChkData>().unwrap());
        let verdicts: Vec<bool> = told.cds.iter().map(|cd| cd.0.avail).collect();
        assert_eq!(verdicts, [false, true]);
    }

    #[test]
    fn what_is_no_contact_is_refused_with_its_code() {
        let mut client = Client::login(&registry(), "registrar-a");
        type Spoil = fn(&mut Create);
        let cases: [(Spoil, u16); 9] = [
            (|c| c.id = "x".into(), 2005),
            (|c| c.postal_infos.clear(), 2003),
            (|c| c.postal_infos.push(c.postal_infos[0].clone()), 2306),
            (|c| c.postal_infos[0].name = "J\u{fc}rgen".into(), 2005),
            (|c| c.postal_infos[0].addr.cc = "Sweden".into(), 2005),
            (|c| c.postal_infos[0].addr.street = vec!["a".into(); 4], 2306),
            (|c| c.email = "nowhere".into(), 2005),
            (|c| c.voice = Some(Phone { number: "08-12345".into(), x: None }), 2005),
            (|c| c.postal_infos[0].form = PostalForm::Local, 1000),
        ];
        for (spoil, code) in cases {
            let mut create = contact("jane-1");
            spoil(&mut create);
            let told = client.run(&create);
            assert_eq!(told.code, code, "{}", told.text);
        }
    }

    #[test]
    fn an_update_replaces_what_it_names_and_nothing_else() {
        let registry = registry();
        let mut client = Client::login(&registry, "registrar-a");
        client.run(&contact("jane-1"));
        let chg = Chg {
            postal_infos: vec![ChgPostalInfo {
                form: PostalForm::International,
                name: None,
                org: Some("Example AB".into()),
                addr: None,
            }],
            email: Some("new@example.test".into()),
            voice: Some(Phone { number: String::new(), x: None }),
            ..Chg::default()
        };
        let update = |chg: Option<Chg>, add: &[Status], rem: &[Status]| Update {
            id: "jane-1".into(),
            add: add.iter().cloned().map(Into::into).collect(),
            rem: rem.iter().cloned().map(Into::into).collect(),
            chg,
        };
        assert_eq!(client.run(&update(Some(chg), &[], &[])).code, 1000);
        let data = client.run(&info("jane-1")).read(|r| r.need_data::<InfData>().unwrap());
        assert_eq!(data.postal_infos[0].name, "Jane Doe");
        assert_eq!(data.postal_infos[0].org.as_deref(), Some("Example AB"));
        assert_eq!((data.email.as_deref(), data.voice), (Some("new@example.test"), None));
        assert_eq!(data.up_id.as_deref(), Some("registrar-a"));

        let lock = [Status::ClientUpdateProhibited, Status::ClientDeleteProhibited];
        assert_eq!(client.run(&update(None, &lock, &[])).code, 1000);
        assert_eq!(client.run(&update(Some(Chg::default()), &[], &lock[..1])).code, 2304);
        assert_eq!(client.run(&update(None, &[], &lock[..1])).code, 1000);
        assert_eq!(client.run(&update(None, &[], &lock[..1])).code, 2306);
        assert_eq!(client.run(&update(None, &[Status::Linked], &[])).code, 2306);
        assert_eq!(client.run(&update(None, &[], &[])).code, 2003);
        let other = update(None, &[], &lock[1..]);
        assert_eq!(Client::login(&registry, "registrar-b").run(&other).code, 2201);
        assert_eq!(client.run(&Delete { id: "jane-1".into() }).code, 2304);
        client.run(&update(None, &[], &lock[1..]));
        assert_eq!(client.run(&Delete { id: "jane-1".into() }).code, 1000);
        assert_eq!(client.run(&info("jane-1")).code, 2303);
    }

    #[test]
    fn a_contact_in_use_is_linked_and_stays() {
        let mut client = Client::login(&registry(), "registrar-a");
        client.run(&contact("jane-1"));
        client.run(&create_with("mine.example", |create| create.registrant = Some("jane-1".into())));
        assert_eq!(statuses(&mut client), ["ok", "linked"]);
        let delete = Delete { id: "jane-1".into() };
        assert_eq!(client.run(&delete).code, 2305);
        client.run(&domain::Delete { name: "mine.example".into() });
        assert_eq!(statuses(&mut client), ["ok"]);
        assert_eq!(client.run(&delete).code, 1000);
    }

    #[test]
    fn a_contact_moves_when_its_transfer_is_approved_or_not_answered() {
        for approve in [true, false] {
            let registry = registry();
            let mut a = Client::login(&registry, "registrar-a");
            let mut b = Client::login(&registry, "registrar-b");
            a.run(&contact("jane-1"));
            let transfer =
                |op, pw: Option<&str>| Transfer { op, id: "jane-1".into(), auth_info: pw.map(AuthInfo::pw) };
            let request = |pw| transfer(TransferOp::Request, pw);
            assert_eq!(b.run(&request(Some("wrong"))).code, 2202);
            assert_eq!(a.run(&request(Some("sandbox-secret"))).code, 2106);
            assert_eq!(b.run(&request(Some("sandbox-secret"))).code, 1001);
            assert_eq!(statuses(&mut a), ["pendingTransfer"]);
            assert_eq!(a.run(&Delete { id: "jane-1".into() }).code, 2300);
            let polled = a.send(Command::poll(&Poll::Req));
            let told = polled.read(|r| r.need_data::<TrnData>().unwrap());
            assert_eq!((told.tr_status, told.id.as_str()), (TransferStatus::Pending, "jane-1"));
            if approve {
                assert_eq!(b.run(&transfer(TransferOp::Approve, None)).code, 2201);
                assert_eq!(a.run(&transfer(TransferOp::Approve, None)).code, 1000);
            } else {
                registry.advance("P5D");
            }
            let data = b.run(&info("jane-1")).read(|r| r.need_data::<InfData>().unwrap());
            assert_eq!((data.cl_id.as_str(), data.tr_date.is_some()), ("registrar-b", true));
            assert_eq!(a.run(&transfer(TransferOp::Query, None)).code, 1000);
            assert_eq!(a.run(&transfer(TransferOp::Reject, None)).code, 2301);
            assert!(registry.charges().is_empty());
        }
    }

    #[test]
    fn at_ccnordic_a_contact_has_a_number_by_law() {
        let registry = registry_like(Character::CCNORDIC);
        let mut client = login_to(&registry, "registrar-a");
        let create = |orgno: &str| {
            let identity = iis::Create { orgno: orgno.into(), vatno: None };
            Command::new(&contact("jane-1")).with(&identity)
        };
        assert_eq!(client.run(&contact("jane-1")).code, 2003);
        assert_eq!(client.send(create("802405-0190")).code, 2005);
        assert_eq!(client.send(create("[SE]802405-0190")).code, 1000);
        let update = Update { id: "jane-1".into(), ..Update::default() };
        let vatno = iis::Update { vatno: Some("SE802405019001".into()), client_delete: None };
        assert_eq!(client.send(Command::new(&update).with(&vatno)).code, 1000);
        let told = client.run(&info("jane-1")).read(|r| r.extension::<iis::InfData>().unwrap().unwrap());
        assert_eq!(told.orgno.as_deref(), Some("[SE]802405-0190"));
        assert_eq!(told.vatno.as_deref(), Some("SE802405019001"));
        let plain = &mut Client::login(&crate::client::registry(), "registrar-a");
        assert_eq!(plain.send(create("[SE]802405-0190")).code, 2103);
    }
}
