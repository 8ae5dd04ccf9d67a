use super::{Agreed, Charged, Check, CheckCommand, ChkData, Dialect, FeeCommand, NS};
use crate::catalogue;
use crate::types::Period;
use crate::xml::{Document, Writer};

fn written(inside: impl FnOnce(&mut Writer)) -> String {
    let mut to = Writer::new(Vec::new());
    inside(&mut to);
    let frame = to.finish().unwrap();
    let xml = std::str::from_utf8(&frame[4..]).unwrap();
    xml[xml.find("?>").unwrap() + 2..].to_owned()
}

fn question(commands: &[CheckCommand]) -> Check {
    Check { currency: Some("EUR".into()), commands: commands.to_vec() }
}

#[test]
fn the_best_version_that_is_announced_is_spoken_unless_one_is_pinned() {
    let draft = |version: &str| format!("urn:ietf:params:xml:ns:fee-{version}");
    for (announced, pin, chosen) in [
        (vec![NS.uri.to_owned(), draft("0.23"), draft("0.8")], None, Some("1.0")),
        (vec![draft("1.0"), draft("0.11")], None, Some("1.0")),
        (vec![draft("0.5"), draft("0.11"), draft("0.21")], None, Some("0.21")),
        (vec![draft("0.8"), draft("0.9")], None, Some("0.8")),
        (vec![draft("0.7"), draft("0.6"), draft("0.5")], None, Some("0.5")),
        (vec![draft("0.4"), "urn:ietf:params:xml:ns:rgp-1.0".to_owned()], None, None),
        (vec![NS.uri.to_owned()], Some("0.8"), Some("0.8")),
        (vec![], Some("0.11"), Some("0.11")),
    ] {
        let pin = pin.map(|version| Dialect::from_version(version).unwrap());
        let dialect = Dialect::choose(|uri| announced.iter().any(|one| one == uri), pin);
        assert_eq!(dialect.map(Dialect::version), chosen, "{announced:?} {pin:?}");
    }
}

#[test]
fn one_question_is_asked_in_the_form_of_each_version() {
    let names = ["a.test".to_owned(), "b.test".to_owned()];
    let create = CheckCommand::new(FeeCommand::Create, Some(Period::years(2)));
    let trade = CheckCommand { phase: Some("open".into()), ..CheckCommand::new("trade".into(), None) };
    let one = "<fee:command>create</fee:command><fee:currency>EUR</fee:currency>\
        <fee:period unit=\"y\">2</fee:period>";
    let by_name = |each: &str, id: &str| {
        let mut all = String::new();
        for (command, period) in [
            ("<fee:command>create</fee:command>", "<fee:period unit=\"y\">2</fee:period>"),
            ("<fee:command phase=\"open\">trade</fee:command>", ""),
        ] {
            for name in &names {
                all += &format!(
                    "<fee:{each}><fee:{id}>{name}</fee:{id}><fee:currency>EUR</fee:currency>{command}{period}</fee:{each}>"
                );
            }
        }
        all
    };
    let list = |trade: &str| {
        format!(
            "<fee:currency>EUR</fee:currency><fee:command name=\"create\"><fee:period unit=\"y\">2</fee:period>\
            </fee:command><fee:command {trade} phase=\"open\"/>"
        )
    };
    let (word, custom) = (list("name=\"trade\""), list("name=\"custom\" customName=\"trade\""));
    for (dialect, content) in [
        (Dialect::V0_5, by_name("domain", "name")),
        (Dialect::V0_8, by_name("domain", "name")),
        (Dialect::V0_9, by_name("object", "objID")),
        (Dialect::V0_11, one.to_owned()),
        (Dialect::V0_12, word),
        (Dialect::V0_21, custom.clone()),
        (Dialect::V1_0, custom),
    ] {
        let check = question(&[create.clone(), trade.clone()]);
        let xml = written(|to| to.named(&dialect.check(&check, &names)));
        let uri = dialect.ns().uri;
        assert_eq!(xml, format!("<fee:check xmlns:fee=\"{uri}\">{content}</fee:check>"), "{dialect}");
    }
}

#[test]
fn a_version_that_takes_one_command_is_asked_for_each() {
    let commands = [FeeCommand::Create, FeeCommand::Renew].map(|name| CheckCommand::new(name, None));
    let check = question(&commands);
    assert_eq!(check.split(Dialect::V1_0), std::slice::from_ref(&check));
    assert_eq!(check.split(Dialect::V0_8), std::slice::from_ref(&check));
    let [create, renew] = commands;
    assert_eq!(check.split(Dialect::V0_11), [question(&[create]), question(&[renew])]);
}

#[test]
fn a_premium_name_is_known_by_what_its_version_tells() {
    let named = |class: &str| {
        format!(
            "<name>a.test</name><currency>EUR</currency><command>create</command><fee>5</fee>\
            <class>{class}</class>"
        )
    };
    let marked =
        |premium: u8| format!("<name premium='{premium}'>a.test</name><command>create</command><fee>5</fee>");
    let class = |class: &str| format!("<objID>a.test</objID><class>{class}</class>");
    let inside = |class: &str| {
        format!("<objID>a.test</objID><command name='create'><fee>5</fee><class>{class}</class></command>")
    };
    let flagged = |standard: &str| {
        format!("<objID>a.test</objID><command name='create'{standard}><fee>5</fee></command>")
    };
    for (dialect, cd, premium) in [
        (Dialect::V0_5, marked(1), Some("premium")),
        (Dialect::V0_5, marked(0), None),
        (Dialect::V0_6, named("AAAA-Default"), None),
        (Dialect::V0_7, named("Normal tier"), None),
        (Dialect::V0_7, named("tier 2"), Some("tier 2")),
        (Dialect::V0_8, named("Normal tier"), Some("Normal tier")),
        (Dialect::V0_9, named("Standard"), None),
        (Dialect::V0_23, inside("gold"), Some("gold")),
        (Dialect::V0_23, inside("standard"), None),
        (Dialect::V1_0, class("gold"), Some("gold")),
        (Dialect::V1_0, class("standard"), None),
        (Dialect::V1_0, flagged(" standard='0'"), Some("premium")),
        (Dialect::V1_0, flagged(" standard='1'"), None),
        (Dialect::V1_0, flagged(""), None),
    ] {
        let xml = format!("<x><chkData xmlns='{}'><cd>{cd}</cd></chkData></x>", dialect.ns().uri);
        let document = Document::parse(xml.as_str()).unwrap();
        let (found, told) = ChkData::find(document.root().children()).unwrap().unwrap();
        assert_eq!(found, dialect);
        assert_eq!(told.of("A.test").find_map(|cd| dialect.premium(cd)), premium, "{xml}");
    }
}

#[test]
fn a_price_is_found_whatever_the_form_and_the_namespace_it_came_in() {
    let flat = "<cd><name>a.test</name><currency>USD</currency><command>create</command><fee>5.00</fee></cd>\
        <cd><name>a.test</name><currency>EUR</currency><command>renew</command><fee>7</fee><fee>0.50</fee></cd>\
        <cd><name>b.test</name><currency>USD</currency><command>create</command></cd>";
    let list = "<currency>USD</currency><cd><objID>a.test</objID><command name='create'><fee>5.00</fee></command>\
        <command name='renew'><fee>9</fee><credit>-1.50</credit></command></cd><cd><objID>b.test</objID></cd>";
    for (uri, dialect, content, renewal) in [
        ("urn:ietf:params:xml:ns:fee-0.8", Dialect::V0_8, flat, "EUR"),
        ("urn:ietf:params:xml:ns:epp:fee-1.0", Dialect::V1_0, list, "USD"),
        ("urn:ietf:params:xml:ns:fee-1.0", Dialect::V1_0, list, "USD"),
        ("urn:ietf:params:xml:ns:epp:fee-1.0", Dialect::V1_0, flat, "EUR"),
    ] {
        let xml = format!("<x><other/><chkData xmlns='{uri}'>{content}</chkData></x>");
        let document = Document::parse(xml.as_str()).unwrap();
        let (found, told) = ChkData::find(document.root().children()).unwrap().unwrap();
        assert_eq!(found, dialect);
        let prices: Vec<_> = told
            .fees_of("a.test")
            .map(|fees| {
                (fees.command.name.as_str(), fees.total().unwrap().to_string(), told.currency_of(fees))
            })
            .collect();
        assert_eq!(prices, [("create", "5.00".into(), "USD"), ("renew", "7.50".into(), renewal)], "{xml}");
        assert!(told.fees_of("b.test").all(|fees| fees.total().is_none()));
    }
}

#[test]
fn a_version_is_not_told_what_it_has_no_place_for() {
    let charged = Charged {
        currency: Some("EUR".into()),
        period: Some(Period::years(1)),
        balance: Some(100.into()),
        ..Charged::default()
    };
    let period = "<fee:period unit=\"y\">1</fee:period>";
    let balance = "<fee:balance>100</fee:balance>";
    for (dialect, transfer, renewal) in [
        (Dialect::V0_5, balance.to_owned(), balance.to_owned()),
        (Dialect::V0_7, format!("{period}{balance}"), balance.to_owned()),
        (Dialect::V0_8, period.to_owned(), balance.to_owned()),
        (Dialect::V0_12, format!("{period}{balance}"), balance.to_owned()),
        (Dialect::V1_0, format!("{period}{balance}"), format!("{period}{balance}")),
    ] {
        let currency = "<fee:currency>EUR</fee:currency>";
        let xml = written(|to| to.named(&dialect.trn_data(&charged)));
        assert!(xml.contains(&format!("{currency}{transfer}</fee:trnData>")), "{dialect}: {xml}");
        let xml = written(|to| to.named(&dialect.ren_data(&charged)));
        assert!(xml.contains(&format!("{currency}{renewal}</fee:renData>")), "{dialect}: {xml}");
    }
}

#[test]
fn an_agreed_fee_is_found_in_whichever_command_it_stands() {
    let agreed = Agreed { currency: Some("EUR".into()), fees: vec![], credits: vec![] };
    for dialect in Dialect::ALL {
        for said in [
            dialect.create(&agreed),
            dialect.renew(&agreed),
            dialect.transfer(&agreed),
            dialect.update(&agreed),
        ] {
            let xml = written(|to| to.element("x", |to| to.named(&said)));
            let document = Document::parse(xml.as_str()).unwrap();
            assert_eq!(Agreed::find(document.root().children()).unwrap(), Some((dialect, agreed.clone())));
            let wrong = ChkData::find(document.root().children()).unwrap();
            assert_eq!(wrong, None);
        }
    }
}

#[test]
fn every_version_is_in_the_catalogue() {
    for dialect in Dialect::ALL {
        let count = catalogue::messages().filter(|message| message.ns == dialect.ns()).count();
        assert_eq!(count, if dialect <= Dialect::V0_7 { 13 } else { 11 }, "{dialect}");
    }
}
