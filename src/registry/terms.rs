//! What an account goes by at the moment: its profile and its password. A reload replaces them; a session keeps the
//! profile it was opened under, until it is replaced itself.

use std::sync::{Mutex, MutexGuard, PoisonError};

use eppgate_epp::ResultCode;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::connect::{ConnectError, Failure};
use crate::profile::Profile;

/// What a session is opened under.
#[derive(Debug)]
pub(crate) struct Terms {
    pub(crate) profile: Profile,
    /// Cancelled when there are others.
    pub(crate) outdated: CancellationToken,
}

impl Terms {
    pub(crate) fn new(profile: Profile) -> Self {
        Self { profile, outdated: CancellationToken::new() }
    }
}

/// Why a password was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// The registry does not take the new password, or the old one.
    #[error("the registry refused the new password with {0}")]
    Refused(ResultCode),
    /// It holds a character that XML cannot carry.
    #[error("the new password holds a character that XML cannot carry")]
    Unwritable,
    /// Another change is under way, or came in between, or the account is being taken down.
    #[error("the change of the password was called off")]
    CalledOff,
}

/// The account's password, and the one that it is being changed to.
#[derive(Debug)]
pub(crate) struct Passwords(Mutex<State>);

#[derive(Debug)]
struct State {
    password: SecretString,
    change: Option<Change>,
}

#[derive(Debug)]
struct Change {
    to: SecretString,
    /// A login asked for the change, and its reply was lost: the new password may be in force.
    is_unsure: bool,
    done: oneshot::Sender<Result<(), PasswordError>>,
}

/// When a change of the password began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begun {
    Now,
    /// Before the process started, so that it may have been made.
    Before,
}

/// What a login says.
pub(crate) struct Words {
    pub(crate) password: SecretString,
    pub(crate) new_password: Option<SecretString>,
    pub(crate) purpose: Purpose,
}

/// What a login is to show about a change of the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Nothing,
    /// It asks for the change.
    Change,
    /// It finds out whether the change has been made.
    FindOut,
}

impl Passwords {
    pub(crate) fn new(password: SecretString) -> Self {
        Self(Mutex::new(State { password, change: None }))
    }

    /// This password is in force; tells whether that is another one.
    pub(crate) fn replace(&self, password: &SecretString) -> bool {
        let mut state = self.lock();
        let is_other = !same(&state.password, password);
        if is_other {
            *state = State { password: password.clone(), change: None };
        }
        is_other
    }

    /// Has the next logins change the password. While it is being changed, nobody knows what is in force, and nothing else
    /// is begun.
    pub(crate) fn change(
        &self,
        to: SecretString,
        begun: Begun,
    ) -> oneshot::Receiver<Result<(), PasswordError>> {
        let (done, receiver) = oneshot::channel();
        let mut state = self.lock();
        if state.change.is_none() {
            state.change = Some(Change { to, is_unsure: begun == Begun::Before, done });
        }
        receiver
    }

    /// Whether logins have to go one by one.
    pub(crate) fn is_changing(&self) -> bool {
        self.lock().change.is_some()
    }

    /// What the next login says.
    pub(crate) fn words(&self) -> Words {
        let state = self.lock();
        let password = state.password.clone();
        match &state.change {
            None => Words { password, new_password: None, purpose: Purpose::Nothing },
            Some(Change { to, is_unsure: true, .. }) => {
                Words { password: to.clone(), new_password: None, purpose: Purpose::FindOut }
            }
            Some(Change { to, .. }) => {
                Words { password, new_password: Some(to.clone()), purpose: Purpose::Change }
            }
        }
    }

    /// Learns from a login; whether a refusal says that the credentials are wrong. One that only finds out which password is
    /// in force says so too: the registry counts it with the others.
    pub(crate) fn learn(&self, words: &Words, result: Result<(), &Failure>) -> bool {
        let mut state = self.lock();
        let tried = match words.purpose {
            Purpose::Nothing => None,
            Purpose::Change => words.new_password.as_ref(),
            Purpose::FindOut => Some(&words.password),
        };
        let is_of = |change: &mut Change| tried.is_some_and(|tried| same(tried, &change.to));
        let Some(mut change) = state.change.take_if(is_of) else {
            // While the login was under way, we may have been told of another password.
            return same(&state.password, &words.password);
        };
        let may_be_made = result.is_err_and(Failure::may_have_logged_in);
        match (words.purpose, result.map_err(Failure::error)) {
            (Purpose::Change | Purpose::FindOut, Ok(())) => {
                state.password = change.to;
                // Nobody has to wait for it.
                let _ = change.done.send(Ok(()));
            }
            (Purpose::Change, Err(ConnectError::Credentials(code) | ConnectError::Refused(code))) => {
                let _ = change.done.send(Err(PasswordError::Refused(*code)));
            }
            (Purpose::FindOut, Err(ConnectError::Credentials(_))) => {
                change.is_unsure = false;
                state.change = Some(change);
            }
            (Purpose::Change, Err(_)) => {
                change.is_unsure = may_be_made;
                state.change = Some(change);
            }
            _ => state.change = Some(change),
        }
        true
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn same(one: &SecretString, other: &SecretString) -> bool {
    one.expose_secret() == other.expose_secret()
}
