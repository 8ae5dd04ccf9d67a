//! `<iis:update>` beside a domain update that changes nothing: how .se deletes, at once or when the registration ends,
//! and takes it back, which costs nothing there.

use eppgate_epp::ResultCode;
use eppgate_epp::domain::{Status, Update};
use eppgate_epp::ext::iis::{self, ClientDelete};
use eppgate_epp::xml::Named;

use crate::flows::{Outcome, Reading, Refusal, View};
use crate::record::{Change, Effect};

/// What was read: whether the domain is to go.
pub(crate) struct Order {
    name: String,
    wish: ClientDelete,
}

impl Order {
    /// Whether an update is one.
    pub(super) fn is_in(command: &Reading<'_>) -> bool {
        command.extensions().any(|extension| extension.is(iis::NS, iis::Update::NAME))
    }

    pub(super) fn read(command: &Reading<'_>) -> Result<Self, Refusal> {
        command.only(&[(iis::NS, iis::Update::NAME)])?;
        let update: Update = command.the()?;
        if update.add.is_some() || update.rem.is_some() {
            return Err(Refusal::new(ResultCode::PARAMETER_POLICY, "it changes nothing else"));
        }
        let wish = command.extension::<iis::Update>()?.and_then(|iis| iis.client_delete);
        let wish = wish.ok_or_else(|| Refusal::new(ResultCode::PARAMETER_MISSING, "no clientDelete"))?;
        Ok(Self { name: update.name, wish })
    }

    pub(super) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        let (domain, effect) = if self.wish.delete {
            let prohibiting = [Status::ClientDeleteProhibited, Status::ServerDeleteProhibited];
            let mut domain = view.changeable(&self.name, &prohibiting)?;
            if view.state.hosts_below(&domain.name).next().is_some() {
                return Err(Refusal::new(ResultCode::ASSOCIATION_PROHIBITS, "there are hosts below it"));
            }
            if self.wish.at_exp_date == Some(true) {
                domain.leaving = true;
                (domain, Effect::Updated)
            } else {
                domain.start_deletion(view.now);
                (domain, Effect::Deleted)
            }
        } else {
            let mut domain = view.domain(&self.name)?.into_owned();
            if domain.sponsor != view.account() {
                return Err(ResultCode::AUTHORIZATION_ERROR.into());
            }
            let deleting = domain.deletion.take_if(|deletion| deletion.is_redeemable(view.now)).is_some();
            if !deleting && !std::mem::take(&mut domain.leaving) {
                return Err(Refusal::new(ResultCode::STATUS_PROHIBITS, "there is nothing to take back"));
            }
            (domain, if deleting { Effect::Restored } else { Effect::Updated })
        };
        Ok(Outcome::new(ResultCode::OK).change(Change::Domain(Box::new(domain))).effect(effect))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use eppgate_epp::domain::{InfData, Info, Renew, Status, Transfer, Update};
    use eppgate_epp::ext::{iis, registrylock};
    use eppgate_epp::types::{AuthInfo, TransferOp};
    use eppgate_epp::{Command, host};

    use crate::character::Character;
    use crate::client::{Client, create, create_with, login_to, registry_like, status_update};
    use crate::registry::Registry;
    use crate::span::CalendarSpan;

    fn ready() -> (Arc<Registry>, Client) {
        let registry = registry_like(Character::CCNORDIC);
        let mut client = login_to(&registry, "registrar-a");
        assert_eq!(client.run(&create("mine.example")).code, 1000);
        (registry, client)
    }

    fn update() -> Update {
        Update { name: "mine.example".into(), ..Update::default() }
    }

    fn wish(client: &mut Client, delete: bool, at_exp_date: Option<bool>) -> u16 {
        let client_delete = Some(iis::ClientDelete { at_exp_date, delete });
        let iis = iis::Update { vatno: None, client_delete };
        client.send(Command::new(&update()).with(&iis)).code
    }

    fn info(client: &mut Client) -> Option<(InfData, iis::InfData, registrylock::InfData)> {
        let told = client.run(&Info { name: "mine.example".into(), hosts: None, auth_info: None });
        (told.code == 1000).then(|| {
            told.read(|r| {
                let (iis, lock) = (r.extension().unwrap(), r.extension().unwrap());
                (r.need_data().unwrap(), iis.unwrap(), lock.unwrap())
            })
        })
    }

    #[test]
    fn a_name_goes_when_it_ends_or_at_once_unless_that_is_taken_back() {
        let (registry, mut client) = ready();
        assert_eq!(wish(&mut client, false, None), 2304);
        assert_eq!(wish(&mut client, true, Some(true)), 1000);
        let (data, going, _) = info(&mut client).unwrap();
        assert_eq!((going.client_delete, going.deact_date), (Some(true), data.ex_date));
        assert_eq!(wish(&mut client, false, None), 1000);
        assert_eq!(wish(&mut client, true, None), 1000);
        assert_eq!(info(&mut client).unwrap().1.state.as_deref(), Some("pendingdelete"));
        registry.advance("P20D");
        assert_eq!(wish(&mut client, false, None), 1000);
        assert_eq!(wish(&mut client, true, Some(true)), 1000);
        registry.advance("P1Y");
        assert_eq!(info(&mut client).unwrap().1.state.as_deref(), Some("pendingdelete"));
        registry.advance("P40D");
        assert!(info(&mut client).is_none());
        assert_eq!(registry.charges().len(), 1);
    }

    #[test]
    fn a_locked_name_stays_as_it_is_until_the_registry_opens_it() {
        let (registry, mut client) = ready();
        let lock = registrylock::Lock { unlock: registrylock::Unlock::OutOfBand };
        assert_eq!(client.send(Command::new(&update()).with(&lock)).code, 1000);
        let (data, _, told) = info(&mut client).unwrap();
        assert!(told.locked && data.statuses.contains(&Status::ServerUpdateProhibited.into()));
        let hold = status_update("mine.example", &["clientHold"], &[]);
        let delete = eppgate_epp::domain::Delete { name: "mine.example".into() };
        let request = Transfer {
            op: TransferOp::Request,
            name: "mine.example".into(),
            period: None,
            auth_info: Some(AuthInfo::pw("sandbox-secret")),
        };
        assert_eq!((client.run(&hold).code, client.run(&delete).code), (2304, 2304));
        assert_eq!(login_to(&registry, "registrar-b").run(&request).code, 2304);
        let cur_exp_date = data.ex_date.unwrap().date_naive();
        let renew = Renew { name: "mine.example".into(), cur_exp_date, period: None };
        assert_eq!(client.run(&renew).code, 1000);

        registry.unlock("mine.example", CalendarSpan::parse("PT1H")).unwrap();
        let told = info(&mut client).unwrap().2;
        assert!(!told.locked && told.unlocked_until.is_some());
        assert_eq!(client.run(&hold).code, 1000);
        registry.advance("PT2H");
        assert_eq!(client.run(&delete).code, 2304);
        registry.unlock("mine.example", None).unwrap();
        assert_eq!(client.run(&delete).code, 1000);
    }

    #[test]
    fn a_password_is_chosen_for_who_sends_none_and_hosts_come_with_a_transfer() {
        let (registry, mut a) = ready();
        let bare = create_with("bare.example", |create| create.auth_info = AuthInfo::pw(""));
        let pw = a.run(&bare).read(|r| r.extension::<iis::CreData>().unwrap().unwrap().pw.unwrap());
        let mut b = login_to(&registry, "registrar-b");
        let request = Transfer {
            op: TransferOp::Request,
            name: "bare.example".into(),
            period: None,
            auth_info: Some(AuthInfo::Pw { pw, roid: None }),
        };
        let ns = iis::Transfer { ns: iis::Ns { host_objs: vec!["ns1.host.net".into()] } };
        assert_eq!(b.send(Command::new(&request).with(&ns)).code, 2303);
        b.run(&host::Create { name: "ns1.host.net".into(), addresses: Vec::new() });
        assert_eq!(b.send(Command::new(&request).with(&ns)).code, 1000);
        let info = Info { name: "bare.example".into(), hosts: None, auth_info: None };
        let data = b.run(&info).read(|r| r.need_data::<InfData>().unwrap());
        assert_eq!(data.cl_id, "registrar-b");
        assert_eq!(data.ns.unwrap().names().collect::<Vec<_>>(), ["ns1.host.net"]);
    }
}
