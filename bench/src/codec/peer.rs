//! The same messages through instant-epp, with the types it offers and the steps its client takes around them.
//!
//! Those steps are private to it, so they are repeated here: the `<epp>` element, the `<command>` with its transaction
//! id, the XML declaration. A test holds what is written against what its client sends. The length before the message
//! is left out: that is the connection's part there.

use std::fmt::Write;
use std::hint::black_box;
use std::sync::LazyLock;

use anyhow::{Context as _, Result};
use instant_epp::common::NoExtension;
use instant_epp::domain::create::DomainCreate;
use instant_epp::domain::{DomainCheck, DomainContact, HostInfo, HostObj, TWO_YEARS};
use instant_epp::login::{Login, Services};
use instant_epp::request::{Command, Transaction};
use instant_epp::response::Response;
use instant_epp::xml::EPP_XML_HEADER;
use instant_epp::{common::ServiceExtension, login};
use instant_xml::ser::Context;
use instant_xml::{FromXml, FromXmlOwned, Id, Serializer, ToXml};

use super::messages::{CL_TRID, EXTENSION_URIS, NAMES, OBJECT_URIS};

/// Writes a command over and over.
pub(super) type Encode = Box<dyn Fn() -> Result<String>>;
/// Reads a reply and drops it.
pub(super) type Decode = fn(&str) -> Result<()>;

pub(super) fn encode(command: impl Transaction<NoExtension> + 'static) -> Encode {
    Box::new(move || serialize(&command))
}

pub(super) fn decode<C: Command>(text: &str) -> Result<()> {
    let response: Response<C::Response, NoExtension> = deserialize(text)?;
    response.res_data().context("a reply without data")?;
    black_box(response);
    Ok(())
}

pub(super) fn login() -> Login<'static> {
    let mut login = Login::new("registrar-17", "correct horse", None, None);
    login.options(login::Options::build("1.0", "en"));
    login.services(Services {
        obj_uris: OBJECT_URIS.map(Into::into).to_vec(),
        svc_ext: Some(ServiceExtension { ext_uris: EXTENSION_URIS.map(Into::into).to_vec() }),
    });
    login
}

/// A check of the first so many names.
pub(super) fn check(count: usize) -> DomainCheck<'static> {
    static BORROWED: LazyLock<Vec<&'static str>> =
        LazyLock::new(|| NAMES.iter().map(String::as_str).collect());
    DomainCheck { domains: &BORROWED[..count] }
}

pub(super) fn create() -> DomainCreate<'static> {
    static HOSTS: LazyLock<[HostInfo<'static>; 2]> = LazyLock::new(|| {
        ["ns1.example.net", "ns2.example.net"].map(|name| HostInfo::Obj(HostObj { name: name.into() }))
    });
    static CONTACTS: LazyLock<[DomainContact<'static>; 3]> = LazyLock::new(|| {
        [("admin", "ADM-2031"), ("tech", "TEC-88"), ("billing", "BIL-4")]
            .map(|(role, id)| DomainContact { contact_type: role.into(), id: id.into() })
    });
    DomainCreate::new(&NAMES[0], TWO_YEARS, Some(&*HOSTS), Some("HLD-2031"), "s3cr3t-4uth", Some(&*CONTACTS))
}

fn serialize(command: &impl Command) -> Result<String> {
    let wrapped = Wrapped { command, cl_trid: CL_TRID.to_owned() };
    Ok(format!("{}\r\n{}", EPP_XML_HEADER, instant_xml::to_string(&Epp { data: wrapped })?))
}

fn deserialize<T: FromXmlOwned>(text: &str) -> Result<T> {
    Ok(instant_xml::from_str::<Epp<T>>(text)?.data)
}

#[derive(FromXml, ToXml)]
#[xml(rename = "epp", ns(EPP))]
struct Epp<T> {
    data: T,
}

/// `<command>` with its transaction id.
struct Wrapped<'c, C> {
    command: &'c C,
    cl_trid: String,
}

impl<C: ToXml> ToXml for Wrapped<'_, C> {
    fn serialize<W: Write + ?Sized>(
        &self,
        _: Option<Id<'_>>,
        to: &mut Serializer<'_, W>,
    ) -> Result<(), instant_xml::Error> {
        let command = to.write_start("command", EPP, None::<Context<0>>)?;
        to.end_start()?;
        self.command.serialize(None, to)?;
        let cl_trid = to.write_start("clTRID", EPP, None::<Context<0>>)?;
        to.end_start()?;
        self.cl_trid.as_str().serialize(None, to)?;
        to.write_close(cl_trid)?;
        to.write_close(command)
    }
}

const EPP: &str = eppgate_epp::EPP.uri;

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::sync::Mutex;
    use std::time::Duration;

    use instant_epp::connection::Connector;
    use instant_epp::{EppClient, Error};
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    use super::*;

    /// Gives the client its end of a pipe.
    struct Pipe(Mutex<Option<DuplexStream>>);

    type Connecting<'c> = Pin<Box<dyn Future<Output = Result<DuplexStream, Error>> + Send + 'c>>;

    impl Connector for Pipe {
        type Connection = DuplexStream;

        fn connect<'c, 'f>(&'c self, _: Duration) -> Connecting<'f>
        where
            'c: 'f,
            Self: 'f,
        {
            let end = self.0.lock().unwrap().take().unwrap();
            Box::pin(async { Ok(end) })
        }
    }

    /// What the peer's own client sends for a command.
    async fn sent(command: &impl Transaction<NoExtension>) -> String {
        let (client, mut server) = duplex(1 << 16);
        server.write_all(b"\0\0\0\x05.").await.unwrap();
        let pipe = Pipe(Mutex::new(Some(client)));
        let mut client = EppClient::new(pipe, String::new(), Duration::from_secs(1)).await.unwrap();
        let (_, sent) = tokio::join!(client.transact(command, CL_TRID), async move {
            let length = server.read_u32().await.unwrap() as usize;
            let mut message = vec![0; length - 4];
            server.read_exact(&mut message).await.unwrap();
            message
        });
        String::from_utf8(sent).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_measured_is_what_the_peers_client_sends() {
        assert_eq!(serialize(&login()).unwrap(), sent(&login()).await);
        assert_eq!(serialize(&check(50)).unwrap(), sent(&check(50)).await);
        assert_eq!(serialize(&create()).unwrap(), sent(&create()).await);
    }
}
