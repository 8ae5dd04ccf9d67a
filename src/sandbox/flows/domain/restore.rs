//! `<rgp:update>` beside a domain update that changes nothing: takes a deletion back (RFC 3915).
//!
//! The request is paid for and stops the clock of the deletion; the report, due within seven days, ends it. Without a
//! report the name goes back to redemption, with the time it had left, and the money is gone.

use eppgate_epp::ResultCode;
use eppgate_epp::domain::Update;
use eppgate_epp::ext::fee;
use eppgate_epp::ext::rgp::{self, Report, Restore, RgpStatus};
use eppgate_epp::xml::Named;

use crate::character::{Extension, RestoreRule};
use crate::domain::Domain;
use crate::flows::reading::Agreement;
use crate::flows::{Outcome, Reading, Refusal, View};
use crate::prices::Class;
use crate::record::{Change, Effect, Message};

/// A restore as it was read.
pub(crate) struct Order {
    name: String,
    restore: Restore,
    agreed: Option<Agreement>,
}

impl Order {
    /// Whether an update is one.
    pub(super) fn is_in(command: &Reading<'_>) -> bool {
        command.extensions().any(|extension| extension.is(rgp::NS, rgp::Update::NAME))
    }

    pub(super) fn read(command: &Reading<'_>) -> Result<Self, Refusal> {
        command.only(&[(rgp::NS, rgp::Update::NAME), (fee::NS, fee::Update::NAME)])?;
        let update: Update = command.the()?;
        let changes_nothing = update.add.is_none()
            && update.rem.is_none()
            && update.chg.is_none_or(|chg| chg.registrant.is_none() && chg.auth_info.is_none());
        if !changes_nothing {
            return Err(Refusal::new(ResultCode::PARAMETER_POLICY, "a restore changes nothing else"));
        }
        let restore = command.extension::<rgp::Update>()?.ok_or(ResultCode::PARAMETER_MISSING)?.restore;
        let agreed = command.agreement()?;
        Ok(Self { name: update.name, restore, agreed })
    }

    pub(super) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        let domain = view.domain(&self.name)?;
        if domain.sponsor != view.account() {
            return Err(ResultCode::AUTHORIZATION_ERROR.into());
        }
        let domain = domain.into_owned();
        match self.restore {
            Restore::Request => request(view, domain, self.agreed.as_ref()),
            Restore::Report(report) => accept(view, domain, report.as_deref()),
        }
    }
}

fn request(view: &View<'_>, mut domain: Domain, agreement: Option<&Agreement>) -> Result<Outcome, Refusal> {
    let deletion = domain.deletion.as_mut().filter(|deletion| deletion.is_redeemable(view.now));
    let deletion =
        deletion.ok_or_else(|| Refusal::new(ResultCode::STATUS_PROHIBITS, "not in its redemption period"))?;
    let class = Class::of(&view.name(&domain.name)?);
    let agreed = agreement.map(|agreement| &agreement.agreed);
    let price = class.agree(&fee::FeeCommand::Restore, 1, agreed)?;
    let mut outcome = Outcome::new(ResultCode::OK);
    let effect = match view.profile.character.restore {
        RestoreRule::Request => {
            domain.deletion = None;
            Effect::Restored
        }
        RestoreRule::RequestAndReport => {
            deletion.start_restore(view.now);
            let data = deletion.notice(&domain.name, RgpStatus::PendingRestore);
            if view.profile.character.speaks(Extension::RgpPoll) {
                let text = format!("A restore report is due for {}", domain.name);
                let message = Message { time: view.now, text, data };
                outcome = outcome.change(Change::Message { account: view.account().to_owned(), message });
            }
            let statuses = domain.shown_graces(view.now).into_iter().map(Into::into).collect();
            outcome = outcome.extension(&rgp::UpData { statuses });
            Effect::RestoreRequested
        }
    };
    if let Some(agreement) = agreement {
        outcome = outcome.extension(&agreement.dialect.upd_data(&view.charged(price)));
    }
    let outcome = view.charge(outcome, "restore", &domain.name, price)?;
    Ok(outcome.change(Change::Domain(Box::new(domain))).effect(effect))
}

fn accept(view: &View<'_>, mut domain: Domain, report: Option<&Report>) -> Result<Outcome, Refusal> {
    if domain.deletion.as_ref().is_none_or(|deletion| deletion.restore.is_none()) {
        return Err(Refusal::new(ResultCode::STATUS_PROHIBITS, "no restore waits for a report"));
    }
    let report = report.ok_or_else(|| Refusal::new(ResultCode::PARAMETER_MISSING, "no report"))?;
    if report.statements.len() != STATEMENTS {
        return Err(Refusal::new(ResultCode::PARAMETER_POLICY, "a report has two statements"));
    }
    if report.res_time < report.del_time {
        return Err(Refusal::new(ResultCode::PARAMETER_RANGE, "restored before it was deleted"));
    }
    domain.deletion = None;
    domain.updater = Some(view.account().to_owned());
    domain.updated = Some(view.now);
    let change = Change::Domain(Box::new(domain));
    Ok(Outcome::new(ResultCode::OK).change(change).effect(Effect::Restored))
}

const STATEMENTS: usize = 2;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use eppgate_epp::Command;
    use eppgate_epp::domain::{Chg, Delete, InfData, Info, Update};
    use eppgate_epp::ext::fee;
    use eppgate_epp::ext::rgp::{self, Report, Restore, RgpStatus};
    use eppgate_epp::poll::Poll;
    use eppgate_epp::types::{MixedText, Text};

    use crate::client::{Client, create, registry};
    use crate::registry::Registry;

    /// A name that was deleted five days ago.
    fn ready() -> (Arc<Registry>, Client) {
        let registry = registry();
        let mut client = Client::login(&registry, "registrar-a");
        client.run(&create("mine.example"));
        registry.advance("P10D");
        assert_eq!(client.run(&Delete { name: "mine.example".into() }).code, 1001);
        registry.advance("P5D");
        (registry, client)
    }

    fn update() -> Update {
        Update { name: "mine.example".into(), ..Update::default() }
    }

    fn restore(client: &mut Client, restore: Restore) -> u16 {
        client.send(Command::new(&update()).with(&rgp::Update { restore })).code
    }

    fn report() -> Report {
        let text = |text: &str| MixedText::Plain(Text::new(text));
        let time = eppgate_epp::xml::timestamp("2026-01-01T00:00:00Z").unwrap();
        Report {
            pre_data: text("as before"),
            post_data: text("as after"),
            del_time: time,
            res_time: time,
            res_reason: text("Registrant error"),
            statements: vec![text("one"), text("two")],
            other: None,
        }
    }

    /// The grace period; none when the name is gone.
    fn grace(client: &mut Client) -> Option<Option<RgpStatus>> {
        let info = Info { name: "mine.example".into(), hosts: None, auth_info: None };
        let told = client.run(&info);
        (told.code == 1000).then(|| {
            told.read(|r| {
                let deleting = r.need_data::<InfData>().unwrap().statuses;
                let grace = r.extension::<rgp::InfData>().unwrap();
                let deleting = deleting.iter().any(|status| status.status.as_str() == "pendingDelete");
                assert_eq!(deleting, grace.is_some());
                grace.map(|grace| grace.statuses[0].status.clone())
            })
        })
    }

    #[test]
    fn a_deletion_is_taken_back_by_a_request_that_costs_and_a_report() {
        let (registry, mut client) = ready();
        let agreed = |amount: i64| {
            fee::Update(fee::Agreed {
                currency: None,
                fees: vec![rust_decimal::Decimal::from(amount).into()],
                credits: Vec::new(),
            })
        };
        let request = || Command::new(&update()).with(&rgp::Update { restore: Restore::Request });
        assert_eq!(client.send(request().with(&agreed(10))).code, 2004);
        let requested = client.send(request().with(&agreed(40)));
        assert_eq!(requested.code, 1000);
        let told = requested.read(|r| r.extension::<rgp::UpData>().unwrap().unwrap());
        assert_eq!(told.statuses, [RgpStatus::PendingRestore.into()]);
        assert_eq!(registry.charges().pop().unwrap().2, "40.00");
        assert_eq!(restore(&mut client, Restore::Request), 2304);
        registry.advance("P6D");
        assert_eq!(restore(&mut client, Restore::Report(Some(Box::new(report())))), 1000);
        assert_eq!(grace(&mut client), Some(None));
        registry.advance("P90D");
        assert_eq!(grace(&mut client), Some(None));
        assert_eq!(restore(&mut client, Restore::Request), 2304);
    }

    #[test]
    fn without_a_report_the_deletion_goes_on_where_it_stopped() {
        let (registry, mut client) = ready();
        assert_eq!(restore(&mut client, Restore::Request), 1000);
        registry.advance("P7D");
        assert_eq!(grace(&mut client), Some(Some(RgpStatus::RedemptionPeriod)));
        assert!(client.send(Command::poll(&Poll::Req)).text.contains("restore report"));
        assert_eq!(restore(&mut client, Restore::Report(Some(Box::new(report())))), 2304);
        registry.advance("P24D");
        assert_eq!(grace(&mut client), Some(Some(RgpStatus::RedemptionPeriod)));
        registry.advance("P2D");
        assert_eq!(grace(&mut client), Some(Some(RgpStatus::PendingDelete)));
        assert_eq!(restore(&mut client, Restore::Request), 2304);
        registry.advance("P4D");
        assert_eq!(grace(&mut client), None);
    }

    #[test]
    fn a_restore_that_is_none_is_refused() {
        let (registry, mut client) = ready();
        assert_eq!(restore(&mut client, Restore::Report(Some(Box::new(report())))), 2304);
        let mut b = Client::login(&registry, "registrar-b");
        assert_eq!(restore(&mut b, Restore::Request), 2201);
        let both =
            Update { chg: Some(Chg { registrant: Some("jane-1".into()), auth_info: None }), ..update() };
        let both = Command::new(&both).with(&rgp::Update { restore: Restore::Request });
        assert_eq!(client.send(both).code, 2306);
        assert_eq!(restore(&mut client, Restore::Request), 1000);
        assert_eq!(restore(&mut client, Restore::Report(None)), 2003);
        let mut short = report();
        short.statements.pop();
        assert_eq!(restore(&mut client, Restore::Report(Some(Box::new(short)))), 2306);
    }
}
