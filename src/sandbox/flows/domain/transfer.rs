//! `<domain:transfer>`: moves a name to another registrar. A request waits five days for an answer by the registry's
//! clock, and then goes through by itself; some registries ask nobody.

use eppgate_epp::ResultCode;
use eppgate_epp::domain::{NameServers, Status, Transfer as Read};
use eppgate_epp::ext::{fee, iis};
use eppgate_epp::types::{TransferOp, TransferStatus};
use eppgate_epp::xml::Named;

use super::create::{judge_references, name_servers};
use crate::character::TransferRule;
use crate::domain::Domain;
use crate::flows::reading::Agreement;
use crate::flows::reading::mismatch;
use crate::flows::secret::proves;
use crate::flows::transfers::{PATIENCE, answered, may_request, visible};
use crate::flows::{Outcome, Reading, Refusal, View};
use crate::prices::{Class, years};
use crate::record::{Change, Effect};
use crate::transfer::{self, Terms, Transfer, extended};

/// A transfer command as it was read.
pub(crate) struct Order {
    read: Read,
    agreed: Option<Agreement>,
    /// Name servers that come with it.
    ns: Option<iis::Ns>,
}

impl Order {
    pub(super) fn read(command: &Reading<'_>, op: TransferOp) -> Result<Self, Refusal> {
        command.only(&[(fee::NS, fee::Transfer::NAME), (iis::NS, iis::Transfer::NAME)])?;
        let object =
            command.object().filter(|object| object.is(Read::NS, Read::NAME)).ok_or_else(mismatch)?;
        Ok(Self {
            read: Read::decode_op(op, object)?,
            agreed: command.agreement()?,
            ns: command.extension::<iis::Transfer>()?.map(|iis| iis.ns),
        })
    }

    pub(super) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        let domain = view.domain(&self.read.name)?;
        let proved = proves(self.read.auth_info.as_ref(), domain.auth_info.as_ref())?;
        match self.read.op {
            TransferOp::Request => self.request(view, domain.into_owned(), proved),
            TransferOp::Query => {
                let transfer = visible(view.account(), domain.transfer.as_ref(), proved)?;
                Ok(Outcome::new(ResultCode::OK).data(&transfer.of_domain(&domain.name)))
            }
            op => answer(op, view, domain.into_owned()),
        }
    }

    fn request(&self, view: &View<'_>, mut domain: Domain, proved: bool) -> Result<Outcome, Refusal> {
        may_request(view.account(), &domain.sponsor, proved, domain.pending_transfer())?;
        if domain.deletion.is_some() {
            return Err(Refusal::new(ResultCode::STATUS_PROHIBITS, Status::PendingDelete.to_string()));
        }
        let prohibiting = [Status::ClientTransferProhibited, Status::ServerTransferProhibited];
        if let Some(status) = prohibiting.iter().find(|status| domain.is_held_by(status, view.now)) {
            return Err(Refusal::new(ResultCode::STATUS_PROHIBITS, status.to_string()));
        }
        if let Some(ns) = &self.ns {
            let ns = NameServers::Objects(ns.host_objs.clone());
            (domain.host_form, domain.hosts) = name_servers(Some(ns), &domain.name)?;
            judge_references(view, &domain)?;
        }
        let years = years(self.read.period)?;
        let class = Class::of(&view.name(&domain.name)?);
        let agreed = self.agreed.as_ref().map(|agreement| &agreement.agreed);
        let price = class.agree(&fee::FeeCommand::Transfer, years, agreed)?;
        view.afford(price)?;
        let terms = Terms {
            years,
            price,
            cl_trid: view.cl_trid.map(str::to_owned),
            expires: extended(domain.expires, years, view.now),
        };
        let transfer = Transfer::request(view.account(), &domain.sponsor, view.now, PATIENCE, Some(terms));
        let (code, status, effect) = match view.profile.character.transfers {
            TransferRule::Pending => {
                (ResultCode::OK_PENDING, TransferStatus::Pending, Effect::TransferRequested)
            }
            TransferRule::AtOnce => (ResultCode::OK, TransferStatus::ServerApproved, Effect::Transferred),
        };
        let mut outcome = put(view, code, domain, transfer, status).effect(effect);
        if let Some(agreement) = &self.agreed {
            let charged = fee::Charged { period: self.read.period, balance: None, ..view.charged(price) };
            outcome = outcome.extension(&agreement.dialect.trn_data(&charged));
        }
        Ok(outcome)
    }
}

fn answer(op: TransferOp, view: &View<'_>, domain: Domain) -> Result<Outcome, Refusal> {
    let pending = domain.pending_transfer().cloned().ok_or(ResultCode::NOT_PENDING_TRANSFER)?;
    let (status, effect) = answered(op, view.account(), &pending)?;
    Ok(put(view, ResultCode::OK, domain, pending, status).effect(effect))
}

fn put(
    view: &View<'_>,
    code: ResultCode,
    mut domain: Domain,
    transfer: Transfer,
    status: TransferStatus,
) -> Outcome {
    let changes = transfer::of_domain(view.state, &mut domain, transfer, status, view.now);
    let data = domain.transfer.as_ref().map(|transfer| transfer.of_domain(&domain.name));
    let outcome = Outcome::new(code).data(&data.expect("it was put there just now"));
    outcome.changes(changes).change(Change::Domain(Box::new(domain)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use eppgate_epp::Command;
    use eppgate_epp::domain::{InfData, Info, Renew, Transfer, TrnData};
    use eppgate_epp::ext::{fee, rgp};
    use eppgate_epp::poll::Poll;
    use eppgate_epp::types::{AuthInfo, Period, TransferOp, TransferStatus};

    use crate::client::{Client, Told, create, create_with, registry, status_update};
    use crate::registry::Registry;

    fn transfer(op: TransferOp) -> Transfer {
        let auth_info = (op == TransferOp::Request).then(|| AuthInfo::pw("sandbox-secret"));
        Transfer { op, name: "mine.example".into(), period: None, auth_info }
    }

    /// A name of registrar-a, and both of them.
    fn ready() -> (Arc<Registry>, Client, Client) {
        let registry = registry();
        let mut a = Client::login(&registry, "registrar-a");
        assert_eq!(a.run(&create("mine.example")).code, 1000);
        let b = Client::login(&registry, "registrar-b");
        (registry, a, b)
    }

    fn told(reply: &Told) -> TrnData {
        reply.read(|response| response.need_data::<TrnData>().unwrap())
    }

    /// How the first message of a queue says that a transfer stands, after it was acknowledged.
    fn polled(client: &mut Client) -> Option<TransferStatus> {
        let reply = client.send(Command::poll(&Poll::Req));
        if reply.code == 1300 {
            return None;
        }
        let (id, data) = reply.read(|response| {
            (response.msg_q.as_ref().unwrap().id.clone(), response.need_data::<TrnData>().unwrap())
        });
        assert_eq!(client.send(Command::poll(&Poll::Ack(id))).code, 1000);
        Some(data.tr_status)
    }

    fn info(client: &mut Client) -> (InfData, Option<rgp::InfData>) {
        let info = Info { name: "mine.example".into(), hosts: None, auth_info: None };
        client.run(&info).read(|r| (r.need_data().unwrap(), r.extension().unwrap()))
    }

    #[test]
    fn an_approved_request_moves_the_name_extends_it_and_is_paid_by_the_new_sponsor() {
        let (registry, mut a, mut b) = ready();
        let expires = info(&mut a).0.ex_date.unwrap();
        registry.advance("P50D");
        let requested = b.run(&transfer(TransferOp::Request));
        assert_eq!(requested.code, 1001);
        let data = told(&requested);
        assert_eq!((data.tr_status, data.re_id.as_str()), (TransferStatus::Pending, "registrar-b"));
        assert_eq!((data.ac_date - data.re_date).num_days(), 5);
        assert_eq!(registry.charges().len(), 1);
        assert_eq!(polled(&mut a), Some(TransferStatus::Pending));
        assert!(info(&mut a).0.statuses.iter().any(|status| status.status.as_str() == "pendingTransfer"));

        let approved = a.run(&transfer(TransferOp::Approve));
        assert_eq!((approved.code, told(&approved).tr_status), (1000, TransferStatus::ClientApproved));
        assert_eq!(polled(&mut b), Some(TransferStatus::ClientApproved));
        let (data, graces) = info(&mut b);
        assert_eq!(data.cl_id, "registrar-b");
        assert_eq!(data.ex_date, Some(crate::domain::years_after(expires, 1)));
        assert!(data.tr_date.is_some() && data.auth_info.is_some());
        assert_eq!(graces.unwrap().statuses, [rgp::RgpStatus::TransferPeriod.into()]);
        let last = registry.charges().pop().unwrap();
        assert_eq!(last, ("registrar-b".to_owned(), "transfer".to_owned(), "10.00".to_owned()));
        let queried = told(&a.run(&transfer(TransferOp::Query)));
        assert_eq!(queried.tr_status, TransferStatus::ClientApproved);
    }

    #[test]
    fn a_request_that_is_rejected_or_taken_back_changes_nothing() {
        let (registry, mut a, mut b) = ready();
        for (reject, status) in
            [(true, TransferStatus::ClientRejected), (false, TransferStatus::ClientCancelled)]
        {
            assert_eq!(b.run(&transfer(TransferOp::Request)).code, 1001);
            let ended = if reject {
                a.run(&transfer(TransferOp::Reject))
            } else {
                b.run(&transfer(TransferOp::Cancel))
            };
            assert_eq!((ended.code, told(&ended).tr_status), (1000, status.clone()));
            assert_eq!(polled(&mut a), Some(TransferStatus::Pending));
            assert_eq!(polled(if reject { &mut b } else { &mut a }), Some(status));
        }
        assert_eq!(info(&mut a).0.cl_id, "registrar-a");
        assert_eq!(registry.charges().len(), 1);
    }

    #[test]
    fn an_unanswered_request_goes_through_by_itself_and_both_are_told() {
        let (registry, mut a, mut b) = ready();
        b.run(&transfer(TransferOp::Request));
        registry.advance("P5D");
        assert_eq!(polled(&mut a), Some(TransferStatus::Pending));
        assert_eq!(polled(&mut a), Some(TransferStatus::ServerApproved));
        assert_eq!(polled(&mut b), Some(TransferStatus::ServerApproved));
        assert_eq!(a.run(&transfer(TransferOp::Approve)).code, 2301);
        assert_eq!(info(&mut b).0.cl_id, "registrar-b");
    }

    #[test]
    fn a_renewal_by_itself_shortly_before_is_undone() {
        let (registry, mut a, mut b) = ready();
        let expires = info(&mut a).0.ex_date.unwrap();
        registry.advance("P1Y3D");
        b.run(&transfer(TransferOp::Request));
        a.run(&transfer(TransferOp::Approve));
        assert_eq!(info(&mut b).0.ex_date, Some(crate::domain::years_after(expires, 1)));
        let costs: Vec<_> = registry.charges().into_iter().map(|(who, what, _)| (who, what)).collect();
        let a = |what: &str| ("registrar-a".to_owned(), what.to_owned());
        let b = ("registrar-b".to_owned(), "transfer".to_owned());
        assert_eq!(costs, [a("create"), a("autorenew"), a("autorenew"), b]);
        assert_eq!(registry.charges()[2].2, "-10.00");
    }

    #[test]
    fn time_passes_in_the_order_of_its_events_however_far_the_clock_jumps() {
        let (registry, _, mut b) = ready();
        registry.advance("P363D");
        b.run(&transfer(TransferOp::Request));
        registry.advance("P2Y");
        let commands: Vec<_> = registry.charges().into_iter().map(|(who, what, _)| (who, what)).collect();
        let of = |who: &str, what: &str| (format!("registrar-{who}"), what.to_owned());
        let renewed_before_it_went = [of("a", "create"), of("a", "autorenew"), of("a", "autorenew")];
        assert_eq!(commands[..3], renewed_before_it_went);
        assert_eq!(commands[3..], [of("b", "transfer"), of("b", "autorenew")]);
    }

    #[test]
    fn each_refusal_has_its_code() {
        let (registry, mut a, mut b) = ready();
        let request = || transfer(TransferOp::Request);
        let wrong = Transfer { auth_info: Some(AuthInfo::pw("wrong")), ..request() };
        let without = Transfer { auth_info: None, ..request() };
        let too_long = Transfer { period: Some(Period::years(11)), ..request() };
        let unknown = Transfer { name: "none.example".into(), ..request() };
        assert_eq!(b.run(&wrong).code, 2202);
        assert_eq!(b.run(&without).code, 2003);
        assert_eq!(b.run(&too_long).code, 2004);
        assert_eq!(b.run(&unknown).code, 2303);
        assert_eq!(a.run(&request()).code, 2106);
        assert_eq!(a.run(&transfer(TransferOp::Query)).code, 2301);
        assert_eq!(a.run(&transfer(TransferOp::Approve)).code, 2301);
        a.run(&status_update("mine.example", &["clientTransferProhibited"], &[]));
        assert_eq!(b.run(&request()).code, 2304);
        a.run(&status_update("mine.example", &[], &["clientTransferProhibited"]));
        registry.set_balance("registrar-b", 5.into(), 0.into()).unwrap();
        assert_eq!(b.run(&request()).code, 2104);
        registry.set_balance("registrar-b", 50.into(), 0.into()).unwrap();

        assert_eq!(b.run(&request()).code, 1001);
        assert_eq!(b.run(&request()).code, 2300);
        assert_eq!(b.run(&transfer(TransferOp::Approve)).code, 2201);
        assert_eq!(a.run(&transfer(TransferOp::Cancel)).code, 2201);
        assert_eq!(a.run(&status_update("mine.example", &["clientHold"], &[])).code, 2300);
        let expires = info(&mut a).0.ex_date.unwrap().date_naive();
        let renew = Renew { name: "mine.example".into(), cur_exp_date: expires, period: None };
        assert_eq!(a.run(&renew).code, 2300);
    }

    #[test]
    fn the_fee_is_agreed_for_the_period_and_a_name_without_a_password_stays() {
        let (_, mut a, mut b) = ready();
        let two = Transfer { period: Some(Period::years(2)), ..transfer(TransferOp::Request) };
        let fee = |amount: i64| {
            fee::Transfer(fee::Agreed {
                currency: None,
                fees: vec![rust_decimal::Decimal::from(amount).into()],
                credits: Vec::new(),
            })
        };
        assert_eq!(b.send(Command::new(&two).with(&fee(10))).code, 2004);
        let agreed = b.send(Command::new(&two).with(&fee(20)));
        assert_eq!(agreed.code, 1001);
        let fees = agreed.read(|response| response.extension::<fee::TrnData>().unwrap().unwrap());
        assert_eq!(fees.0.fees[0].amount.to_string(), "20.00");

        a.run(&create_with("bare.example", |create| create.auth_info = AuthInfo::pw("")));
        let bare = Transfer { name: "bare.example".into(), ..transfer(TransferOp::Request) };
        assert_eq!(b.run(&bare).code, 2202);
        let empty = Transfer { auth_info: Some(AuthInfo::pw("")), ..bare };
        assert_eq!(b.run(&empty).code, 2202);
    }
}
