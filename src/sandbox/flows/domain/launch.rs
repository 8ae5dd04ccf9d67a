//! Launch phases (RFC 8334): which names may be had in the phase that their zone is in, and for which there are marks.
//!
//! Marks are not verified: any proof will do. Applications are not taken: a name is registered or refused.

use chrono::TimeDelta;
use eppgate_epp::ResultCode;
use eppgate_epp::ext::launch::{
    Cd, Check, CheckForm, ChkData, Create, Notice, ObjectType, PhaseWord, Proof, ValidatedToken,
};

use crate::flows::{Refusal, View};
use crate::names::Name;
use crate::phase::Phase;

/// Refuses a create that the phase does not allow.
pub(super) fn judge(view: &View<'_>, name: &Name, asked: Option<&Create>) -> Result<(), Refusal> {
    let phase = view.state.phase(name.zone());
    if let Some(asked) = asked {
        expect(phase, &asked.phase.phase)?;
        if asked.object == Some(ObjectType::Application) {
            return Err(Refusal::new(ResultCode::UNIMPLEMENTED_OPTION, "no applications"));
        }
    }
    let notices = asked.map_or(&[][..], |asked| &asked.notices);
    match phase {
        Phase::Open | Phase::Review => Ok(()),
        Phase::Sunrise if asked.is_some_and(|asked| asked.proof != Proof::None) => Ok(()),
        Phase::Sunrise => Err(missing("a sunrise needs a mark")),
        Phase::Claims if name.is_claimed() => {
            let notice =
                notices.first().ok_or_else(|| missing("a mark is like the name: accept its notice"))?;
            judge_notice(view, name, notice)
        }
        Phase::Claims if notices.is_empty() => Ok(()),
        Phase::Claims => Err(policy("no mark is like the name")),
    }
}

/// For which names there are marks; `None` when the question is whether they are free.
pub(super) fn marks(view: &View<'_>, asked: &Check, names: &[String]) -> Result<Option<ChkData>, Refusal> {
    let form = asked.form.as_ref().unwrap_or(&CheckForm::Claims);
    if *form == CheckForm::Availability {
        let phase = asked.phase.as_ref().ok_or_else(|| missing("which phase?"))?;
        for name in names.iter().filter_map(|name| Name::parse(name)) {
            expect(view.state.phase(name.zone()), &phase.phase)?;
        }
        return Ok(None);
    }
    let mut cds = Vec::with_capacity(names.len());
    for text in names {
        let name = view.name(text)?;
        if *form == CheckForm::Claims {
            expect(view.state.phase(name.zone()), &PhaseWord::Claims)?;
        }
        let exists = name.is_claimed();
        let key = exists.then(|| ValidatedToken { token: claim_key(&name), validator_id: None });
        cds.push(Cd { name: text.clone(), exists, claim_keys: key.into_iter().collect() });
    }
    Ok(Some(ChkData { phase: asked.phase.clone(), cds }))
}

fn expect(phase: Phase, named: &PhaseWord) -> Result<(), Refusal> {
    let word = match phase {
        Phase::Open | Phase::Review => PhaseWord::Open,
        Phase::Sunrise => PhaseWord::Sunrise,
        Phase::Claims => PhaseWord::Claims,
    };
    if *named == word {
        Ok(())
    } else {
        Err(Refusal::new(ResultCode::PARAMETER_POLICY, format!("the phase is {word}")))
    }
}

fn judge_notice(view: &View<'_>, name: &Name, notice: &Notice) -> Result<(), Refusal> {
    if notice.notice_id.token != claim_key(name) {
        return Err(policy("the notice is about another name"));
    }
    if notice.not_after < view.now {
        return Err(policy("the notice has expired"));
    }
    let age = view.now - notice.accepted_date;
    if age < TimeDelta::zero() || age > ACCEPTED_WITHIN {
        return Err(policy("the notice was accepted too long ago, or is yet to be"));
    }
    Ok(())
}

/// The key of the notice about a name. The Clearinghouse's keys are longer, and mean as little.
fn claim_key(name: &Name) -> String {
    format!("2026010100/1/1/1/{}", name.label())
}

fn missing(what: &'static str) -> Refusal {
    Refusal::new(ResultCode::PARAMETER_MISSING, what)
}

fn policy(why: &'static str) -> Refusal {
    Refusal::new(ResultCode::PARAMETER_POLICY, why)
}

const ACCEPTED_WITHIN: TimeDelta = TimeDelta::hours(48);

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, Utc};
    use eppgate_epp::Command;
    use eppgate_epp::domain;
    use eppgate_epp::ext::launch::{
        Check, CheckForm, ChkData, CodeMark, Create, Notice, ObjectType, PhaseWord, Proof, ValidatedToken,
    };

    use crate::client::{Client, create, registry};
    use crate::phase::Phase;

    fn token(token: &str) -> ValidatedToken {
        ValidatedToken { token: token.into(), validator_id: None }
    }

    fn asked(phase: PhaseWord) -> Create {
        Create { object: None, phase: phase.into(), proof: Proof::None, notices: Vec::new() }
    }

    #[test]
    fn a_sunrise_is_for_holders_of_marks() {
        let registry = registry();
        registry.set_phase("app", Phase::Sunrise).unwrap();
        let mut client = Client::login(&registry, "registrar-a");
        let mark = Proof::CodeMarks(vec![CodeMark { code: Some(token("49FD46E6C4B45C55D4AC")), mark: None }]);
        let with_mark = Create { proof: mark, ..asked(PhaseWord::Sunrise) };
        let application = Create { object: Some(ObjectType::Application), ..with_mark.clone() };
        for (launch, code) in [
            (None, 2003),
            (Some(asked(PhaseWord::Sunrise)), 2003),
            (Some(asked(PhaseWord::Open)), 2306),
            (Some(application), 2102),
            (Some(with_mark), 1000),
        ] {
            let command = Command::new(&create("brand.app"));
            let command = match &launch {
                Some(launch) => command.with(launch),
                None => command,
            };
            assert_eq!(client.send(command).code, code, "{launch:?}");
        }
        assert_eq!(client.run(&create("other.example")).code, 1000);
        registry.set_phase("app", Phase::Open).unwrap();
        assert_eq!(client.run(&create("anybody.app")).code, 1000);
    }

    #[test]
    fn a_name_like_a_mark_needs_its_notice_accepted() {
        let registry = registry();
        registry.set_phase("app", Phase::Claims).unwrap();
        let mut client = Client::login(&registry, "registrar-a");
        let check = domain::Check { names: ["claimed.app", "free.app"].map(Into::into).into() };
        let question = Check { form: Some(CheckForm::Claims), phase: Some(PhaseWord::Claims.into()) };
        let told = client.send(Command::new(&check).with(&question));
        assert!(!told.text.contains("domain:chkData"));
        let cds = told.read(|r| r.extension::<ChkData>().unwrap().unwrap().cds);
        assert_eq!((cds[0].exists, cds[1].exists), (true, false));
        let key = cds[0].claim_keys[0].token.clone();

        let now = Utc::now();
        let notice =
            |id: &str, not_after, accepted_date| Notice { notice_id: token(id), not_after, accepted_date };
        let (later, before) = (now + TimeDelta::days(1), now - TimeDelta::hours(1));
        let mut register = |name: &str, notices: Vec<Notice>| {
            let launch = Create { notices, ..asked(PhaseWord::Claims) };
            client.send(Command::new(&create(name)).with(&launch)).code
        };
        assert_eq!(register("claimed.app", Vec::new()), 2003);
        assert_eq!(register("claimed.app", vec![notice("another", later, before)]), 2306);
        assert_eq!(register("claimed.app", vec![notice(&key, before, before)]), 2306);
        assert_eq!(register("claimed.app", vec![notice(&key, later, now - TimeDelta::days(3))]), 2306);
        assert_eq!(register("claimed.app", vec![notice(&key, later, later)]), 2306);
        assert_eq!(register("claimed.app", vec![notice(&key, later, before)]), 1000);
        assert_eq!(register("free.app", vec![notice(&key, later, before)]), 2306);
        assert_eq!(register("free.app", Vec::new()), 1000);
    }

    #[test]
    fn a_claims_check_outside_its_phase_is_refused() {
        let mut client = Client::login(&registry(), "registrar-a");
        let check = domain::Check { names: vec!["claimed.app".into()] };
        let question = Check { form: None, phase: Some(PhaseWord::Claims.into()) };
        assert_eq!(client.send(Command::new(&check).with(&question)).code, 2306);
        let open = Check { form: Some(CheckForm::Availability), phase: Some(PhaseWord::Open.into()) };
        let told = client.send(Command::new(&check).with(&open));
        assert!(told.text.contains(r#"avail="1""#));
    }
}
