//! What other clients stumbled over: replies as registries have sent them, and bytes that were no replies. Each of
//! these once lost a session, a command or an afternoon.

use proptest::prelude::*;

use crate::domain::{ContactRole, InfData, NameServers, Status};
use crate::ext::{fee, secdns};
use crate::frame::{self, FrameError, message_length};
use crate::response::ResultValue;
use crate::types::{MixedText, Text};
use crate::xml::{Decode, Document};
use crate::{
    Command, DecodeError, DecodeErrorKind, Greeting, Received, Reply, Response, ResultCode, ServerMessage,
    TrId, domain,
};

fn response(inside: &str) -> Response<'static> {
    let xml = format!(r#"<epp xmlns="urn:ietf:params:xml:ns:epp-1.0"><response>{inside}</response></epp>"#);
    Response::read(Document::parse(xml).unwrap()).unwrap()
}

fn greeting(menu: &str) -> Greeting {
    let xml = format!(
        "<epp xmlns='urn:ietf:params:xml:ns:epp-1.0'><greeting><svID>r</svID><svcMenu>{menu}</svcMenu></greeting></epp>"
    );
    match ServerMessage::read(Document::parse(xml).unwrap()).unwrap() {
        ServerMessage::Greeting(greeting) => *greeting,
        other => panic!("not a greeting: {other:?}"),
    }
}

fn error(xml: &str) -> DecodeError {
    Document::parse(xml.to_owned()).and_then(ServerMessage::read).map(|_| ()).unwrap_err()
}

#[test]
fn a_length_that_leaves_itself_out_does_not_underflow() {
    for length in 0..4_u32 {
        let read = message_length(length.to_be_bytes(), frame::DEFAULT_MAX);
        assert_eq!(read, Err(FrameError::TooShort(length)));
    }
}

#[test]
fn a_huge_length_is_refused_before_memory_is_taken_for_it() {
    for length in [(1 << 20) + 1, 1 << 30, u32::MAX] {
        let read = message_length(length.to_be_bytes(), frame::DEFAULT_MAX);
        assert_eq!(read, Err(FrameError::TooLong { length, max: frame::DEFAULT_MAX }));
    }
}

#[test]
fn plain_text_in_place_of_a_frame_is_told_as_such() {
    for text in ["Your address is not on the list", "Session limit exceeded", "HTTP/1.1 400", "\r\nno"] {
        let head = text.as_bytes()[..4].try_into().unwrap();
        assert_eq!(message_length(head, frame::DEFAULT_MAX), Err(FrameError::PlainText), "{text}");
    }
}

#[test]
fn four_bytes_beyond_the_length_are_no_frame() {
    let reply = Reply::new(&[], None).finish(&TrId::default()).unwrap();
    // The server's length leaves itself out, so that the last four bytes stay behind.
    let (read, left) = (&reply[4..reply.len() - 4], &reply[reply.len() - 4..]);
    let error = Document::from_bytes(read.to_vec()).unwrap_err();
    assert!(matches!(error.kind, DecodeErrorKind::Malformed(_)), "{error}");
    let left = message_length(left.try_into().unwrap(), frame::DEFAULT_MAX);
    assert_eq!(left, Err(FrameError::PlainText));
}

#[test]
fn a_long_reply_is_read_whole() {
    let names: Vec<String> = (0..2000).map(|number| format!("host-{number}.example.test")).collect();
    let check = domain::Check { names };
    let frame = Command::new(&check).finish("GATE-1").unwrap().bytes;
    assert!(frame.len() > 1 << 16);
    let document = Document::from_bytes(frame[4..].to_vec()).unwrap();
    let Received::Command(command) = Received::read(document).unwrap() else { panic!("a command") };
    assert_eq!(command.read_object(), Ok(Some(check)));
}

#[test]
fn a_reply_without_clt_rid_or_with_any_is_read() {
    let ids = |ids: &str| response(&format!("<result code='1000'><msg>k</msg></result>{ids}")).tr_id;
    assert_eq!(ids(""), TrId::default());
    assert_eq!(ids("<trID><svTRID>s</svTRID></trID>"), TrId { client: None, server: "s".into() });
    for odd in ["{{clTRID}}", "x", "not a UUID"] {
        let read = ids(&format!("<trID><clTRID>{odd}</clTRID><svTRID>s</svTRID></trID>"));
        assert_eq!(read.client.as_deref(), Some(odd));
    }
}

proptest! {
    #[test]
    fn any_code_of_four_digits_is_read_by_its_class(code in 1000..10_000_u16) {
        let xml = format!("<result code='{code}'><msg>k</msg></result>");
        let read = response(&xml).code();
        prop_assert_eq!(read, ResultCode(code));
        prop_assert_eq!(read.is_success(), code < 2000);
    }
}

#[test]
fn codes_of_a_registry_that_shuts_down_end_the_session() {
    for (code, success) in [(1500, true), (1501, true), (2502, false), (2503, false)] {
        let code = response(&format!("<result code='{code}'><msg>k</msg></result>")).code();
        assert_eq!((code.ends_session(), code.is_success()), (true, success), "{code}");
    }
    assert!(!ResultCode(2600).ends_session() && !ResultCode(2600).is_success());
}

#[test]
fn what_is_no_code_is_an_error_that_says_where() {
    for code in ["", "ok", "999", "10000", "-1000"] {
        let xml = format!(
            "<epp xmlns='urn:ietf:params:xml:ns:epp-1.0'><response><result code='{code}'><msg>k</msg></result></response></epp>"
        );
        let error = error(&xml);
        assert_eq!(error.kind, DecodeErrorKind::Invalid("result code"), "{code}");
        assert_eq!((error.path.as_str(), error.offset), ("/epp/response/result", 54));
    }
}

#[test]
fn prefixes_mean_nothing_and_namespaces_all() {
    for xml in [
        // Data in the default namespace.
        r#"<epp xmlns="urn:ietf:params:xml:ns:epp-1.0"><response><result code="1000"><msg>k</msg></result><resData>
           <infData xmlns="urn:ietf:params:xml:ns:domain-1.0"><name>a.test</name><roid>R-1</roid><clID>me</clID></infData></resData></response></epp>"#,
        // The envelope with a prefix.
        r#"<ns0:epp xmlns:ns0="urn:ietf:params:xml:ns:epp-1.0"><ns0:response><ns0:result code="1000"><ns0:msg>k</ns0:msg></ns0:result><ns0:resData>
           <ns1:infData xmlns:ns1="urn:ietf:params:xml:ns:domain-1.0"><ns1:name>a.test</ns1:name><ns1:roid>R-1</ns1:roid><ns1:clID>me</ns1:clID></ns1:infData></ns0:resData></ns0:response></ns0:epp>"#,
        // Prefixes the wrong way round.
        r#"<domain:epp xmlns:domain="urn:ietf:params:xml:ns:epp-1.0" xmlns:epp="urn:ietf:params:xml:ns:domain-1.0"><domain:response><domain:result code="1000"><domain:msg>k</domain:msg></domain:result><domain:resData>
           <epp:infData><epp:name>a.test</epp:name><epp:roid>R-1</epp:roid><epp:clID>me</epp:clID></epp:infData></domain:resData></domain:response></domain:epp>"#,
    ] {
        let response = Response::read(Document::parse(xml).unwrap()).unwrap();
        let data: InfData = response.need_data().unwrap();
        assert_eq!((data.name.as_str(), data.roid.as_str(), data.cl_id.as_str()), ("a.test", "R-1", "me"));
    }
    let own = r#"<resData><domain:infData xmlns:domain="urn:example:domain-1.0"><domain:name>a.test</domain:name></domain:infData></resData>"#;
    let other = response(&format!("<result code='1000'><msg>k</msg></result>{own}"));
    assert_eq!(other.data::<InfData>(), Ok(None));
    assert_eq!(other.all_data().count(), 1);
}

#[test]
fn a_prefix_that_is_not_declared_is_an_error_that_says_where() {
    let head = "<epp xmlns='urn:ietf:params:xml:ns:epp-1.0'><response><result code='2303'>";
    let error = error(&format!("{head}<msg>k</msg><epp:value><x/></epp:value></result></response></epp>"));
    assert_eq!(error.kind, DecodeErrorKind::Malformed("a prefix that is not declared"));
    assert!(error.path.starts_with("/epp/response/result"), "{error}");
    assert!(error.offset as usize >= head.len(), "{error}");
}

#[test]
fn another_envelope_is_not_taken_for_ours() {
    let error = error("<epp xmlns='urn:example:epp-1.0'><response><result code='1000'/></response></epp>");
    assert_eq!(error.kind, DecodeErrorKind::Expected("epp"));
}

#[test]
fn the_menu_of_a_greeting_is_read_as_servers_write_it() {
    let menu = greeting("<lang>fr</lang><lang> en-US </lang><objURI>urn:ietf:params:xml:ns:domain-1.0 domain-1.0.xsd</objURI>\
        <objURI>urn:ietf:params:xml:ns:epp:domain-1.0</objURI><objURI>urn:ietf:params:xml:ns:domain</objURI>\
        <svcExtension><extURI>urn:ietf:params:xml:ns:secDNS-1.0</extURI><extURI>urn:ietf:params:xml:ns:secDNS-1.1 secDNS-1.1.xsd</extURI>\
        <extURI>\n http://www.registry.example/epp/ext-1.0 \n</extURI><extURI/></svcExtension>").menu;
    // No version, several languages, file names behind URIs, URIs that no RFC knows, and one that is empty.
    assert_eq!(menu.versions, [""; 0]);
    assert_eq!(menu.langs, ["fr", "en-US"]);
    assert_eq!(
        menu.objects,
        [
            "urn:ietf:params:xml:ns:domain-1.0",
            "urn:ietf:params:xml:ns:epp:domain-1.0",
            "urn:ietf:params:xml:ns:domain"
        ]
    );
    assert_eq!(
        menu.extensions,
        [
            "urn:ietf:params:xml:ns:secDNS-1.0",
            "urn:ietf:params:xml:ns:secDNS-1.1",
            "http://www.registry.example/epp/ext-1.0"
        ]
    );
}

#[test]
fn a_greeting_may_announce_nothing() {
    assert_eq!(greeting("").menu, crate::greeting::Menu::default());
}

#[test]
fn the_reason_of_a_check_is_an_element() {
    let data = r#"<resData><d:chkData xmlns:d="urn:ietf:params:xml:ns:domain-1.0"><d:cd><d:name avail="false">a.test</d:name><d:reason lang="en">In use</d:reason></d:cd></d:chkData></resData>"#;
    let reply = response(&format!("<result code='1000'><msg>k</msg></result>{data}"));
    let checked = reply.need_data::<domain::ChkData>().unwrap().cds.remove(0).0;
    assert_eq!((checked.avail, checked.reason.unwrap().text.as_str()), (false, "In use"));
}

#[test]
fn values_of_a_failed_command_are_read_whatever_they_hold() {
    let reply = response(
        "<result code='2005'><msg>Syntax</msg><value>only text</value><extValue><value xmlns:d='urn:ietf:params:xml:ns:domain-1.0'>\
        <d:name>a_b.test</d:name></value><reason>underscore</reason></extValue><value/><extValue><reason>no value</reason></extValue>\
        <extValue><value><x>no reason</x></value></extValue></result>",
    );
    let values = &reply.result().values;
    assert_eq!(values.len(), 5);
    assert!(matches!(&values[0], ResultValue::Value(value) if value.as_str().contains("only text")));
    assert!(matches!(&values[1], ResultValue::ExtValue(value) if value.value.is_some()));
    let reasons: Vec<&str> = reply.result().ext_values().map(|value| value.reason.text.as_str()).collect();
    assert_eq!(reasons, ["underscore", "no value", ""]);
}

#[test]
fn words_that_no_rfc_knows_are_kept() {
    let data = r#"<resData><d:infData xmlns:d="urn:ietf:params:xml:ns:domain-1.0"><d:name>a.test</d:name><d:roid/><d:status s="serverFrozen"/>
        <d:contact type="onsite">C1</d:contact><d:ns/><d:clID>me</d:clID></d:infData></resData>"#;
    let reply = response(&format!("<result code='1000'><msg>k</msg></result>{data}"));
    let data: InfData = reply.need_data().unwrap();
    assert_eq!(data.statuses[0].status, Status::Other("serverFrozen".into()));
    assert_eq!(data.contacts[0].role, Some(ContactRole::Other("onsite".into())));
    assert_eq!(data.ns, Some(NameServers::Objects(Vec::new())));
    let frame = Reply::new(&reply.results, None).data(&data).finish(&reply.tr_id).unwrap();
    let again = Response::read(Document::from_bytes(frame[4..].to_vec()).unwrap()).unwrap();
    assert_eq!(again.need_data(), Ok(data));
}

#[test]
fn a_fee_under_the_wrong_urn_is_read() {
    let said = r#"<extension><fee:creData xmlns:fee="urn:ietf:params:xml:ns:fee-1.0"><fee:currency>EUR</fee:currency><fee:fee>5.00</fee:fee></fee:creData></extension>"#;
    let reply = response(&format!("<result code='1000'><msg>k</msg></result>{said}"));
    let (dialect, charged) = fee::Charged::find(reply.extensions()).unwrap().unwrap();
    assert_eq!((dialect, charged.currency.as_deref()), (fee::Dialect::V1_0, Some("EUR")));
    assert_eq!(dialect.ns().uri, "urn:ietf:params:xml:ns:epp:fee-1.0");
}

#[test]
fn the_removal_of_all_keys_is_not_lost() {
    for all in ["true", "1", " true "] {
        let xml = format!("<s:rem xmlns:s='{}'><s:all>{all}</s:all></s:rem>", secdns::NS.uri);
        let rem = secdns::Rem::decode(Document::parse(xml).unwrap().root());
        assert_eq!(rem, Ok(secdns::Rem::All));
    }
}

#[test]
fn a_queue_with_a_date_or_count_that_is_none_does_not_cost_the_reply() {
    for (head, date) in [
        (r#"count="5" id="12""#, "<qDate>yesterday</qDate>"),
        (r#"count="many" id="12""#, ""),
        (r#"count="-1" id="12""#, "<qDate>2026-13-41T00:00:00Z</qDate>"),
        (r#"id="12""#, "<qDate/>"),
    ] {
        let queue = format!("<msgQ {head}>{date}<msg>Transfer requested.</msg></msgQ>");
        let reply = response(&format!("<result code='1301'><msg>k</msg></result>{queue}"));
        let queue = reply.msg_q.unwrap();
        assert_eq!((queue.id.as_str(), queue.q_date), ("12", None));
        assert_eq!(queue.count, if head.contains('5') { 5 } else { 0 });
        assert_eq!(queue.msg, Some(MixedText::Plain(Text::new("Transfer requested."))));
    }
}

#[test]
fn what_was_looked_for_is_still_there_to_be_read() {
    let document = Document::parse("<a xmlns='urn:a'><b>1</b><b>2</b></a>").unwrap();
    let mut element = document.root();
    assert!(element.has("b") && !element.has("c"));
    assert_eq!(element.all::<u8>("b"), Ok(vec![1, 2]));
    assert!(element.has("b"));
}
