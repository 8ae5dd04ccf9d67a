//! Whole messages: read as types and written again, whatever they are.

use crate::catalogue::{self, Message, Place};
use crate::command::{self, Command, Received, ReceivedCommand, Verb};
use crate::response::{Reply, Response, ServerMessage, Stage};
use crate::xml::{Document, Element, Writer};
use crate::{DecodeError, DecodeErrorKind, EPP};

/// The messages of the catalogue that a document is made of, without the parts inside of them.
///
/// # Errors
/// The element that the catalogue does not know.
pub(super) fn parts(xml: &str) -> Result<Vec<&'static Message>, DecodeError> {
    let document = Document::parse(xml)?;
    let mut first = first_child(document.root())?;
    let known = |place, element: Element<'_>| {
        catalogue::find(place, element)
            .ok_or_else(|| element.error(DecodeErrorKind::Expected("known element")))
    };
    let (object, extension) = match first.name() {
        "command" => (Place::Command, Place::CommandExtension),
        "response" => (Place::Data, Place::ReplyExtension),
        "extension" => return Ok(vec![known(Place::Protocol, first_child(first)?)?]),
        _ => return Ok(vec![known(Place::Session, first)?]),
    };
    let mut found = Vec::new();
    if object == Place::Command {
        let verb = first_child(first)?;
        match catalogue::find(Place::Session, verb) {
            Some(session) => found.push(session),
            None => found.push(known(object, first_child(verb)?)?),
        }
    } else if let Some(data) = first.find("resData") {
        for element in data.children() {
            found.push(known(object, element)?);
        }
    }
    for element in first.find("extension").into_iter().flat_map(|extensions| extensions.children()) {
        found.push(known(extension, element)?);
    }
    Ok(found)
}

/// The elements below one that the catalogue knows as parts of other messages.
pub(super) fn inner_parts<'d>(of: Element<'d>, found: &mut Vec<(&'static Message, Element<'d>)>) {
    for child in of.children() {
        found.extend(catalogue::find(Place::Part, child).map(|message| (message, child)));
        inner_parts(child, found);
    }
}

/// The same message, read as its types and written by them.
///
/// # Errors
/// What cannot be read, or is not in the catalogue.
pub(super) fn again(xml: &str) -> Result<String, DecodeError> {
    let document = Document::parse(xml.to_owned())?;
    let first = first_child(document.root())?;
    let frame = match first.name() {
        "hello" | "command" | "extension" => match Received::read(document)? {
            Received::Hello => command::hello(),
            Received::Command(command) => command_again(&command)?,
        },
        _ => match ServerMessage::read(document)? {
            ServerMessage::Greeting(greeting) => greeting.frame().expect("what was read can be written"),
            ServerMessage::Response(response) => response_again(&response)?,
        },
    };
    Ok(std::str::from_utf8(&frame[4..]).expect("a message is text").to_owned())
}

fn command_again(received: &ReceivedCommand<'_>) -> Result<Vec<u8>, DecodeError> {
    let mut command = match received.verb {
        Verb::Login => Command::login(&received.read_login()?),
        Verb::Logout => Command::logout(),
        Verb::Poll => Command::poll(&received.read_poll()?),
        Verb::Extension => return protocol_again(received),
        verb => {
            let object = received.object().expect("the verb has an object");
            let message = catalogue::find(Place::Command, object)
                .ok_or_else(|| object.error(DecodeErrorKind::Expected("known command")))?;
            let mut outcome = Ok(());
            let command = Command::start(Vec::new(), verb, "", |out| {
                if let Some(op) = received.op {
                    out.attr("op", op.as_str());
                }
                outcome = message.round_trip(object, out);
            });
            outcome.map(|()| command)?
        }
    };
    for extension in received.extensions() {
        let message = catalogue::find(Place::CommandExtension, extension)
            .ok_or_else(|| extension.error(DecodeErrorKind::Expected("known extension")))?;
        command.extend(|out| message.round_trip(extension, out))?;
    }
    Ok(command.finish_with(received.cl_trid.as_deref()).expect("what was read can be written"))
}

fn protocol_again(received: &ReceivedCommand<'_>) -> Result<Vec<u8>, DecodeError> {
    let element = received.object().expect("an extension has content");
    let message = catalogue::find(Place::Protocol, element)
        .ok_or_else(|| element.error(DecodeErrorKind::Expected("known command")))?;
    let mut out = Writer::new(Vec::new());
    command::open_epp(&mut out);
    out.open("extension");
    message.round_trip(element, &mut out)?;
    out.close("extension");
    out.close("epp");
    Ok(out.finish().expect("what was read can be written"))
}

fn response_again(response: &Response<'_>) -> Result<Vec<u8>, DecodeError> {
    let mut reply = Reply::new(&response.results, response.msg_q.as_ref());
    let elements = response.all_data().map(|element| (Place::Data, Stage::Data, element));
    let extensions = response.extensions().map(|element| (Place::ReplyExtension, Stage::Extension, element));
    for (place, stage, element) in elements.chain(extensions) {
        let message = catalogue::find(place, element)
            .ok_or_else(|| element.error(DecodeErrorKind::Expected("known element")))?;
        message.round_trip(element, reply.inside(stage))?;
    }
    Ok(reply.finish(&response.tr_id).expect("what was read can be written"))
}

fn first_child(of: Element<'_>) -> Result<Element<'_>, DecodeError> {
    of.children().next().filter(|_| of.ns() == EPP.uri).ok_or_else(|| of.invalid("EPP message"))
}
