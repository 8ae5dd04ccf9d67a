//! The bare loop: what driving a session costs at the least with the same codec and the same TLS. One task writes a
//! command, reads the reply, and does nothing else: no queue, no limits, no deadline, nobody to share the session with.

use anyhow::{Context, Result, ensure};
use bytes::{Buf, BytesMut};
use eppgate_epp::frame::{DEFAULT_MAX, HEADER, message_length};
use eppgate_epp::login::{Login, Options, Services};
use eppgate_epp::types::Secret;
use eppgate_epp::xml::Document;
use eppgate_epp::{Command, CommandFrame, Response, ServerMessage, domain};
use rustls_pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::closed::Caller;
use crate::sides::Account;
use crate::sides::pooled::expect_available;

/// A logged-in session.
pub(crate) struct Bare {
    stream: TlsStream<TcpStream>,
    inbox: BytesMut,
    number: usize,
    sent: u64,
}

impl Bare {
    /// Opens `count` sessions.
    pub(crate) async fn open(account: &Account, count: usize) -> Result<Vec<Self>> {
        let connector = TlsConnector::from(account.pki.client_config()?);
        let mut sessions = Vec::with_capacity(count);
        for number in 0..count {
            let tcp = TcpStream::connect(&account.address).await?;
            tcp.set_nodelay(true)?;
            let stream = connector.connect(ServerName::try_from("localhost")?, tcp).await?;
            let mut session = Self { stream, inbox: BytesMut::new(), number, sent: 0 };
            session.log_in(account).await?;
            sessions.push(session);
        }
        Ok(sessions)
    }

    async fn log_in(&mut self, account: &Account) -> Result<()> {
        let ServerMessage::Greeting(greeting) = self.read().await? else { anyhow::bail!("no greeting") };
        let login = Command::login(&Login {
            cl_id: account.client_id.to_owned(),
            pw: Secret::new(account.password.as_str()),
            new_pw: None,
            options: Options { version: "1.0".into(), lang: "en".into() },
            svcs: Services { objects: greeting.menu.objects, extensions: Vec::new() },
        });
        self.run(login.finish("bench-login")?).await.map(drop)
    }

    async fn run(&mut self, command: CommandFrame) -> Result<Response<'static>> {
        self.stream.write_all(&command.bytes).await?;
        self.stream.flush().await?;
        let ServerMessage::Response(response) = self.read().await? else { anyhow::bail!("no response") };
        ensure!(response.tr_id.client.as_deref() == Some(&command.cl_trid), "another command's reply");
        ensure!(response.code().is_success(), "the registry answered {}", response.code());
        Ok(response)
    }

    async fn read(&mut self) -> Result<ServerMessage<'static>> {
        loop {
            if let Some(header) = self.inbox.first_chunk::<HEADER>() {
                let length = message_length(*header, DEFAULT_MAX)?;
                if self.inbox.len() >= HEADER + length {
                    self.inbox.advance(HEADER);
                    let message = self.inbox.split_to(length).to_vec();
                    return Ok(Document::from_bytes(message).and_then(ServerMessage::read)?);
                }
            }
            self.inbox.reserve(READ_AT_ONCE);
            let read = self.stream.read_buf(&mut self.inbox).await?;
            ensure!(read > 0, "the connection ended");
        }
    }
}

impl Caller for Bare {
    async fn check(&mut self, names: &[String]) -> Result<()> {
        self.sent += 1;
        let check = domain::Check { names: names.to_vec() };
        let command = Command::new(&check).finish(&format!("bench-{}-{}", self.number, self.sent))?;
        let data = self.run(command).await?.data()?;
        expect_available(&data.context("a check without resData")?, names)
    }

    async fn close(mut self) -> Result<()> {
        self.run(Command::logout().finish("bench-logout")?).await.map(drop)
    }
}

const READ_AT_ONCE: usize = 4096;
