//! What can be read of a greeting can be written, and read again as the same.
#![no_main]

use eppgate_epp::ServerMessage;
use eppgate_epp::xml::Document;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(document) = Document::parse(text) else { return };
    let Ok(ServerMessage::Greeting(greeting)) = ServerMessage::read(document) else { return };
    let frame = greeting.frame().expect("what was read can be written");
    let document = Document::from_bytes(frame[4..].to_vec()).expect("what was written is well-formed");
    let Ok(ServerMessage::Greeting(again)) = ServerMessage::read(document) else { panic!("it is a greeting") };
    assert_eq!(again, greeting);
});
