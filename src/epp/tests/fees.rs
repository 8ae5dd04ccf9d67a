//! Fees: a value that says all there is to say is valid in every dialect.

use rust_decimal::Decimal;

use super::project;
use super::schemas::Schemas;
use crate::domain;
use crate::ext::fee::{
    Agreed, Cd, Charged, Check, CheckCommand, ChkData, CommandFees, Credit, Dialect, Fee, FeeCommand,
    InfData, Info,
};
use crate::response::EppResult;
use crate::types::{Period, Text};
use crate::{Command, Reply, ResultCode, TrId};

#[test]
fn all_that_can_be_said_is_valid_in_every_dialect() {
    let schemas = Schemas::read(&project("schemas/xsd"));
    let names = ["a.test".to_owned(), "b.test".to_owned()];
    let time = crate::xml::timestamp("2027-03-01T06:00:00Z");
    let lang = Some("de".to_owned());
    let command = CheckCommand {
        phase: Some("claims".into()),
        subphase: Some("first".into()),
        class: Some("gold".into()),
        date: time,
        ..CheckCommand::new("trade".into(), Some(Period::years(2)))
    };
    let check = Check {
        currency: Some("EUR".into()),
        commands: vec![command.clone(), CheckCommand::new(FeeCommand::Restore, None)],
    };
    let fees = vec![Fee {
        description: Some("all \"in\"".into()),
        lang: lang.clone(),
        refundable: Some(true),
        grace_period: Some("P5D".into()),
        applied: Some("delayed".into()),
        ..Decimal::new(1050, 2).into()
    }];
    let credits = vec![Credit { amount: (-1).into(), description: Some("back".into()), lang: lang.clone() }];
    let reason = Some(Text { text: "weil".into(), lang });
    let told = CommandFees {
        command: CheckCommand { currency: Some("USD".into()), ..command.clone() },
        avail: false,
        standard: Some(false),
        fees: fees.clone(),
        credits: credits.clone(),
        reason: reason.clone(),
        not_after: time,
    };
    let cd = Cd {
        avail: true,
        obj_id: "a.test".into(),
        premium: None,
        class: Some("gold".into()),
        commands: vec![told.clone(), told.clone()],
        reason,
    };
    let chk_data = ChkData { currency: "EUR".into(), cds: vec![cd.clone(), cd] };
    let agreed = Agreed { currency: Some("EUR".into()), fees: fees.clone(), credits: credits.clone() };
    let charged = Charged {
        currency: Some("EUR".into()),
        period: Some(Period::years(1)),
        fees,
        credits,
        balance: Some((-5).into()),
        credit_limit: Some(100.into()),
    };
    let info = Info(CheckCommand { currency: Some("EUR".into()), ..command });
    let inf_data = InfData { class: Some("gold".into()), fees: told };

    for dialect in Dialect::ALL {
        let mut commands = vec![dialect.create(&agreed), dialect.renew(&agreed), dialect.transfer(&agreed)];
        commands.extend([dialect.update(&agreed), dialect.check(&check, &names)]);
        let mut replies =
            vec![dialect.chk_data(&chk_data), dialect.cre_data(&charged), dialect.ren_data(&charged)];
        replies.extend([dialect.trn_data(&charged), dialect.upd_data(&charged), dialect.del_data(&charged)]);
        if dialect <= Dialect::V0_7 {
            commands.push(dialect.info(&info));
            replies.push(dialect.inf_data(&inf_data));
        }
        let object = domain::Check { names: names.to_vec() };
        let commands =
            commands.iter().map(|said| Command::new(&object).with(said).finish("GATE-1").unwrap().bytes);
        let done = [EppResult::new(ResultCode::OK, "done")];
        let tr_id = TrId { client: None, server: "REG-1".into() };
        let replies = replies.iter().map(|said| Reply::new(&done, None).with(said).finish(&tr_id).unwrap());
        for frame in commands.chain(replies) {
            let xml = std::str::from_utf8(&frame[4..]).unwrap();
            assert_eq!(schemas.faults(xml), [""; 0], "{dialect}: {xml}");
        }
    }
}
