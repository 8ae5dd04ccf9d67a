//! `<poll>`: the message queue of the account.

use eppgate_epp::ResultCode;
use eppgate_epp::ext::{lowbalancepoll, rgppoll};
use eppgate_epp::poll::Poll;
use eppgate_epp::response::{MsgQ, MsgText};
use eppgate_epp::types::Text;

use super::{Outcome, Reading, Refusal, View};
use crate::record::{Change, Effect, Notice};

/// A poll as it was read.
pub(crate) struct Order {
    poll: Poll,
}

impl Order {
    pub(super) fn read(command: &Reading<'_>) -> Result<Self, Refusal> {
        command.bare()?;
        Ok(Self { poll: command.read_poll()? })
    }

    pub(super) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        let books = view.books().ok_or(ResultCode::COMMAND_FAILED)?;
        let id_of = |place: u64| (books.acknowledged + 1 + place).to_string();
        let count = books.messages.len() as u64;
        match self.poll {
            Poll::Req => Ok(match books.messages.front() {
                None => Outcome::new(ResultCode::NO_MESSAGES),
                Some(message) => {
                    let queue = MsgQ {
                        count,
                        id: id_of(0),
                        q_date: Some(message.time),
                        msg: Some(MsgText::Plain(Text::new(&message.text))),
                    };
                    let outcome = Outcome::with_queue(ResultCode::ACK_TO_DEQUEUE, &queue);
                    let chosen = view.caller.chosen;
                    match &message.data {
                        Some(Notice::DomainTransfer(data)) => outcome.data(data),
                        Some(Notice::ContactTransfer(data)) => outcome.data(data),
                        Some(Notice::Ended(data)) => outcome.data(data),
                        Some(Notice::Raw(raw)) => outcome.raw(raw),
                        Some(Notice::Restore(data)) if chosen.names(rgppoll::NS) => outcome.data(data),
                        Some(Notice::LowBalance(data)) if chosen.names(lowbalancepoll::NS) => {
                            outcome.data(data)
                        }
                        _ => outcome,
                    }
                }
            }),
            Poll::Ack(id) => {
                if count == 0 || id != id_of(0) {
                    return Err(ResultCode::OBJECT_DOES_NOT_EXIST.into());
                }
                let outcome = if count == 1 {
                    Outcome::new(ResultCode::OK)
                } else {
                    let queue = MsgQ { count: count - 1, id: id_of(1), q_date: None, msg: None };
                    Outcome::with_queue(ResultCode::OK, &queue)
                };
                let account = view.account().to_owned();
                Ok(outcome.change(Change::Acknowledged { account }).effect(Effect::Acknowledged))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use eppgate_epp::Command;
    use eppgate_epp::poll::Poll;

    use crate::client::{Client, registry};

    #[test]
    fn messages_come_in_order_and_go_when_acknowledged() {
        let registry = registry();
        let mut client = Client::login(&registry, "registrar-a");
        let mut req = || client.send(Command::poll(&Poll::Req));
        assert_eq!(req().code, 1300);
        for text in ["first", "second"] {
            registry.queue_message("registrar-a", text.into(), None).unwrap();
        }
        let first = req();
        assert_eq!(first.code, 1301);
        assert!(first.text.contains("first") && first.text.contains(r#"count="2""#), "{}", first.text);
        let mut ack = |id: &str| client.send(Command::poll(&Poll::Ack(id.into())));
        assert_eq!(ack("9").code, 2303);
        let acknowledged = ack("1");
        assert_eq!(acknowledged.code, 1000);
        assert!(acknowledged.text.contains(r#"count="1" id="2""#), "{}", acknowledged.text);
        assert_eq!(ack("1").code, 2303);
        assert_eq!(ack("2").code, 1000);
        assert_eq!(client.send(Command::poll(&Poll::Req)).code, 1300);
    }
}
