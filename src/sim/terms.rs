//! What a gateway believes of its registry: a profile, as a seed makes one, and how it changes in a reload.

use std::time::Duration;

use eppgate_registry::Profile;

use crate::dice::Dice;

/// The keys of a profile that matter here.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Terms {
    pub(crate) limit: usize,
    pub(crate) spares: usize,
    pub(crate) window: usize,
    pub(crate) transforms: usize,
    pub(crate) idle_limit: Duration,
    pub(crate) max_age: Duration,
    pub(crate) max_commands: usize,
    pub(crate) logins_per_minute: usize,
    pub(crate) connect_timeout: Duration,
    pub(crate) timeout: Duration,
    pub(crate) late_grace: Duration,
    pub(crate) queue: usize,
    pub(crate) max_check_names: usize,
    pub(crate) rate: Option<Pace>,
    pub(crate) penalty: Option<Duration>,
}

/// So many commands a second, and at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pace {
    pub(crate) per_second: f64,
    pub(crate) burst: usize,
}

impl Terms {
    pub(crate) fn throw(dice: &Dice) -> Self {
        let limit = dice.pick([1, 1, 2, 3, 4, 5]);
        let window = dice.pick([1, 1, 1, 2, 4, 8]);
        Self {
            limit,
            spares: dice.below(limit.min(3)),
            window,
            transforms: dice.pick([1, 1, 2]).min(window),
            idle_limit: seconds(dice.pick([60, 120, 300])),
            max_age: seconds(dice.pick([60, 200, 3600, 14_400])),
            max_commands: dice.pick([0, 0, 0, 10, 25, 60]),
            logins_per_minute: dice.pick([0, 0, 0, 10, 30]),
            connect_timeout: seconds(dice.pick([2, 5, 10])),
            timeout: seconds(dice.pick([2, 5, 8])),
            late_grace: seconds(dice.pick([1, 4])),
            queue: dice.pick([5, 30, 1000]),
            max_check_names: dice.pick([1, 3, 20]),
            rate: dice.percent(40).then(|| Pace::throw(dice)),
            penalty: dice.percent(20).then(|| seconds(dice.pick([1, 2]))),
        }
    }

    /// Other terms for the same registry, which differ in a thing or two.
    pub(crate) fn changed(&self, dice: &Dice) -> Self {
        let mut terms = self.clone();
        match dice.below(6) {
            0 => terms.limit = dice.pick([1, 2, 3, 5]),
            1 => terms.spares = dice.below(terms.limit),
            2 => terms.timeout = seconds(dice.pick([3, 6])),
            3 => terms.rate = dice.percent(60).then(|| Pace::throw(dice)),
            4 => terms.max_check_names = dice.pick([1, 2, 10]),
            _ => terms.logins_per_minute = dice.pick([0, 12, 40]),
        }
        terms.spares = terms.spares.min(terms.limit - 1);
        terms
    }

    pub(crate) fn profile(&self) -> Profile {
        let text = self.to_string();
        Profile::parse(&text).unwrap_or_else(|error| panic!("the profile is one: {error}\n{text}"))
    }
}

impl Pace {
    fn throw(dice: &Dice) -> Self {
        Self { per_second: dice.pick([1.5, 4.0, 12.0]), burst: dice.pick([1, 2, 5]) }
    }
}

/// As a profile is written.
impl std::fmt::Display for Terms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ms = |length: Duration| format!("'{}ms'", length.as_millis());
        writeln!(f, "name = 'sim'")?;
        writeln!(f, "services.objects = ['urn:ietf:params:xml:ns:domain-1.0']")?;
        writeln!(f, "services.extensions = ['urn:ietf:params:xml:ns:epp:fee-1.0']")?;
        writeln!(f, "[sessions]")?;
        writeln!(f, "limit = {}\nspares = {}", self.limit, self.spares)?;
        writeln!(f, "window = {}\ntransforms = {}", self.window, self.transforms)?;
        writeln!(f, "idle_limit = {}\nmax_age = {}", ms(self.idle_limit), ms(self.max_age))?;
        writeln!(f, "max_commands = {}", self.max_commands)?;
        writeln!(f, "logins_per_minute = {}", self.logins_per_minute)?;
        writeln!(f, "connect_timeout = {}", ms(self.connect_timeout))?;
        writeln!(f, "[commands]")?;
        writeln!(f, "timeout = {}\nslow = {}", ms(self.timeout), ms(self.timeout / 2))?;
        writeln!(f, "late_grace = {}", ms(self.late_grace))?;
        writeln!(f, "queue = {}\nmax_check_names = {}", self.queue, self.max_check_names)?;
        writeln!(f, "[rate]\nrefusals = [{{ code = {TOO_MUCH} }}]")?;
        if let Some(Pace { per_second, burst }) = self.rate {
            writeln!(f, "per_second = {per_second:.1}\nburst = {burst}")?;
        }
        if let Some(time) = self.penalty {
            writeln!(f, "penalties = [{{ code = 2302, time = {} }}]", ms(time))?;
        }
        Ok(())
    }
}

pub(crate) const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// What the registry says when it was too much.
pub(crate) const TOO_MUCH: u16 = 2308;
