//! A peer without sessions: instant-epp that connects, logs in, asks, logs out and closes, for each command anew. This is
//! what a back end does whose requests share nothing.

use std::sync::Arc;

use anyhow::Result;
use rustls::ClientConfig;

use crate::closed::Caller;
use crate::sides::Account;
use crate::sides::direct::Direct;

/// A caller who opens a session for each command.
pub(crate) struct Fresh {
    account: Account,
    tls: Arc<ClientConfig>,
}

impl Fresh {
    pub(crate) fn callers(account: &Account, count: usize) -> Result<Vec<Self>> {
        let tls = account.pki.client_config()?;
        let caller = |_| Self { account: account.clone(), tls: Arc::clone(&tls) };
        Ok((0..count).map(caller).collect())
    }
}

impl Caller for Fresh {
    async fn check(&mut self, names: &[String]) -> Result<()> {
        let mut session = Direct::log_in(&self.account, Arc::clone(&self.tls)).await?;
        session.check(names).await?;
        session.log_out().await
    }

    async fn close(self) -> Result<()> {
        Ok(())
    }
}
