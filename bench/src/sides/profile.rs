//! What a registry allows, as the profile that says so: the same text for the gateway and for the registry crate.

/// How a registry account may be used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// Sessions at most.
    pub(crate) sessions: usize,
    /// Of these, kept ready.
    pub(crate) spares: usize,
    /// Commands in flight on a session.
    pub(crate) window: usize,
    /// Names in a check.
    pub(crate) names: usize,
    /// Commands that may wait.
    pub(crate) queue: usize,
    /// Commands a second; none when there is no limit.
    pub(crate) rate: Option<u32>,
}

impl Shape {
    /// One command at a time on each session, one name in each check: what every registry allows.
    pub(crate) fn plain(sessions: usize) -> Self {
        Self { sessions, spares: 0, window: 1, names: 1, queue: 10_000, rate: None }
    }

    /// The profile in TOML.
    pub(crate) fn profile(&self) -> String {
        let Self { sessions, spares, window, names, queue, rate } = self;
        let rate = rate.map(|rate| format!("[rate]\nper_second = {rate}.0\n")).unwrap_or_default();
        format!(
            r#"name = "bench"

[services]
objects = [
    "urn:ietf:params:xml:ns:domain-1.0",
    "urn:ietf:params:xml:ns:contact-1.0",
    "urn:ietf:params:xml:ns:host-1.0",
]

[sessions]
limit = {sessions}
spares = {spares}
window = {window}
idle_limit = "10m"

[commands]
max_check_names = {names}
queue = {queue}

{rate}"#
        )
    }
}

#[cfg(test)]
mod tests {
    use eppgate_registry::Profile;

    use super::*;

    #[test]
    fn a_shape_is_a_profile() {
        let shape = Shape { spares: 2, window: 8, names: 50, rate: Some(20), ..Shape::plain(4) };
        let profile = Profile::parse(&shape.profile()).unwrap();
        let (sessions, commands) = (&profile.sessions, &profile.commands);
        assert_eq!((sessions.limit, sessions.spares, sessions.window), (4, 2, 8));
        assert_eq!((commands.max_check_names, commands.queue, profile.rate.per_second), (50, 10_000, 20.0));
    }
}
