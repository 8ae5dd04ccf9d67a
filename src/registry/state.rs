//! What a breaker does at the moment, in one word.

/// What a breaker does at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakerState {
    /// Commands pass.
    Closed,
    /// Commands are held back.
    Open,
    /// Commands are held back while a probe runs.
    HalfOpen,
    /// Commands are held back until an operator says otherwise.
    ForcedOpen,
    /// As forced open, and no session is open either.
    Drained,
    /// Commands pass whatever happens, until an operator says otherwise.
    Disabled,
    /// Commands are held back while the registry is being worked on.
    Maintenance,
    /// The registry refused the credentials: no more logins, or it would lock the account.
    AuthLatched,
}

impl BreakerState {
    /// All states.
    pub const ALL: [Self; 8] = [
        Self::Closed,
        Self::Open,
        Self::HalfOpen,
        Self::ForcedOpen,
        Self::Drained,
        Self::Disabled,
        Self::Maintenance,
        Self::AuthLatched,
    ];

    /// Whether commands pass.
    #[must_use]
    pub fn passes(self) -> bool {
        matches!(self, Self::Closed | Self::Disabled)
    }

    /// Whether sessions are opened: for commands, or to find out whether those may pass again.
    pub(crate) fn tries(self) -> bool {
        matches!(self, Self::Closed | Self::Open | Self::HalfOpen | Self::Disabled)
    }

    /// Who decides: the breaker by itself, or what stands above it.
    #[must_use]
    pub fn mode(self) -> &'static str {
        match self {
            Self::Closed | Self::Open | Self::HalfOpen => "automatic",
            above => above.as_str(),
        }
    }

    /// Whether sessions log out.
    pub(crate) fn sends_home(self) -> bool {
        matches!(self, Self::Maintenance | Self::Drained)
    }

    /// The word in metrics and status.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half_open",
            Self::ForcedOpen => "forced_open",
            Self::Drained => "drained",
            Self::Disabled => "disabled",
            Self::Maintenance => "maintenance",
            Self::AuthLatched => "auth_latched",
        }
    }
}
