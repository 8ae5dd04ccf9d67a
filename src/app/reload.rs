//! The configuration taken over anew, while everything runs. A new one is checked as a whole first: with a mistake anywhere,
//! nothing is changed.

use eppgate_model::Clock;
use eppgate_store::Store;
use secrecy::ExposeSecret;
use tokio_util::sync::CancellationToken;

use crate::app::{Error, accounts, operators, provision, refuse_problems};
use crate::config::{self, Config};
use crate::metrics::ReloadGauges;
use crate::service::{Gateway, Refused, ReloadRequests, Reloaded};

/// Where the configuration is read anew.
pub(super) type Source = Box<dyn Fn() -> Result<Config, config::source::Error> + Send + Sync>;

/// Takes over what has changed.
pub(super) struct Reloader {
    pub(super) source: Source,
    pub(super) gateway: Gateway,
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) fixed: Fixed,
}

/// What only a restart changes.
pub(super) struct Fixed(Config);

impl Fixed {
    /// Keeps only what is compared.
    pub(super) fn of(config: &Config) -> Self {
        Self(Config { operators: Vec::new(), registries: Vec::new(), tenants: Vec::new(), ..config.clone() })
    }

    /// The sections that differ.
    fn differences(&self, new: &Config) -> Vec<&'static str> {
        let old = &self.0;
        let same_secret =
            |a: &secrecy::SecretString, b: &secrecy::SecretString| a.expose_secret() == b.expose_secret();
        let sections = [
            ("listen", old.listen == new.listen),
            ("operator_listen", old.operator_listen == new.operator_listen),
            ("database_url", same_secret(&old.database_url, &new.database_url)),
            ("database", old.database == new.database),
            ("instance", old.instance == new.instance),
            (
                "tokens",
                same_secret(&old.tokens.secret, &new.tokens.secret) && old.tokens.issuer == new.tokens.issuer,
            ),
            ("limits", old.limits == new.limits),
            ("timeouts", old.timeouts == new.timeouts),
            ("mail", old.mail == new.mail),
        ];
        sections.into_iter().filter(|(_, is_same)| !is_same).map(|(name, _)| name).collect()
    }
}

/// Does what is asked for, one after another, until everything stops.
pub(super) async fn run(reloader: Reloader, mut requests: ReloadRequests, stopping: CancellationToken) {
    let gauges = ReloadGauges::new();
    loop {
        let request = tokio::select! {
            Some(request) = requests.recv() => request,
            () = stopping.cancelled() => return,
        };
        let reloaded = reloader.reload().await;
        gauges.set(reloaded.is_ok());
        // Whoever asked may have gone: it is done all the same.
        let _ = request.send(reloaded.map_err(|error| Refused(told(&error))));
    }
}

impl Reloader {
    async fn reload(&self) -> Result<Reloaded, Error> {
        let config = (self.source)().map_err(|error| Error::Config(vec![told_with_causes(&error)]))?;
        refuse_problems(&config)?;
        let plans = accounts::plan(&config)?;
        let conflicts = provision::conflicts(&self.store, &config).await?;
        if !conflicts.is_empty() {
            return Err(Error::Config(conflicts));
        }
        let (_, bindings) = provision::provision(&self.store, &config, self.clock.now()).await?;
        let running = self.gateway.registries();
        let applied = accounts::apply(plans, running.named())?;
        self.gateway.set_operators(operators(&config));
        self.gateway.set_registries(accounts::bind(applied.named, &bindings), applied.retired);
        Ok(Reloaded { needs_restart: self.fixed.differences(&config), ..applied.told })
    }
}

fn told(error: &Error) -> Vec<String> {
    match error {
        Error::Config(problems) => problems.clone(),
        other => vec![told_with_causes(other)],
    }
}

fn told_with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
