//! Any text is a message of a server or an error; what can be read of it can be written, and is XML.
#![no_main]

use eppgate_epp::ServerMessage;
use eppgate_epp::catalogue::{self, Place};
use eppgate_epp::xml::{Document, Element, Writer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(document) = Document::parse(text) else { return };
    let Ok(ServerMessage::Response(response)) = ServerMessage::read(document) else { return };
    response.all_data().for_each(|element| again(Place::Data, element));
    response.extensions().for_each(|element| again(Place::ReplyExtension, element));
});

fn again(place: Place, element: Element<'_>) {
    let Some(message) = catalogue::find(place, element) else { return };
    let mut out = Writer::new(Vec::new());
    if message.round_trip(element, &mut out).is_err() {
        return;
    }
    let frame = out.finish().expect("what was read can be written");
    let document = Document::from_bytes(frame[4..].to_vec()).expect("what was written is well-formed");
    // What was read liberally may be refused, or come out tidier, the second time.
    let _ = message.round_trip(document.root(), &mut Writer::new(Vec::new()));
}
