//! What is told by mail: one line for each kind of event that somebody wants to hear of.

use eppgate_model::outbox::OutboxEntry;

use super::super::poll::{LOW_BALANCE, LOW_BALANCE_CRITICAL};

/// How one kind of event is told. In its subject and its text, what stands in braces is filled in.
pub(super) struct Line {
    object: &'static str,
    event: &'static str,
    /// Which reminder, if it is one.
    reminder: Option<&'static str>,
    pub(super) whom: Whom,
    pub(super) subject: &'static str,
    pub(super) text: &'static str,
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whom {
    /// The domain's registrant, at the address of the contact.
    Registrant(Term),
    /// Whoever the tenant has chosen to be told of what is left in an account.
    Payer,
}

/// Where a domain's term stood when it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Term {
    /// It was to end.
    Ahead,
    /// It had just ended.
    Over,
    /// It had ended some time before.
    LongOver,
}

impl Term {
    /// What the event calls the term's end.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Ahead | Self::LongOver => "expires_at",
            Self::Over => "expired_at",
        }
    }
}

/// How an event is told, if it is told at all.
pub(super) fn line(entry: &OutboxEntry) -> Option<&'static Line> {
    let reminder = entry.payload["reminder"].as_str();
    TABLE.iter().find(|line| {
        line.object == entry.object && line.event == entry.event_type && line.reminder == reminder
    })
}

/// Fills in values. What stands in braces within a value stays as it is.
pub(super) fn fill(template: &str, values: &[(&str, String)]) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut parts = template.split('{');
    filled.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (key, rest) = part.split_once('}').unwrap_or((part, ""));
        let value = values.iter().find(|(known, _)| *known == key);
        filled.push_str(value.map_or("", |(_, value)| value));
        filled.push_str(rest);
    }
    filled
}

const TABLE: &[Line] = &[
    Line {
        object: "domain",
        event: "expiry_reminder",
        reminder: Some("month_before"),
        whom: Whom::Registrant(Term::Ahead),
        subject: "{domain}: the registration ends on {ends}",
        text: "\
Hello,

you are the registrant of the domain name {domain}.
Its registration ends on {ends}, in about a month.

If it is set to be renewed by itself, there is nothing you need to do.
Otherwise, please have it renewed before that day by those you have it from:
{shop}.

Once the registration has ended, web pages and mail of the name may stop
working, and in the end the name is free for anyone to register.
",
    },
    Line {
        object: "domain",
        event: "expiry_reminder",
        reminder: Some("week_before"),
        whom: Whom::Registrant(Term::Ahead),
        subject: "{domain}: the registration ends soon, on {ends}",
        text: "\
Hello,

you are the registrant of the domain name {domain}.
Its registration ends on {ends}, within about a week.

If it is set to be renewed by itself, there is nothing you need to do.
Otherwise, please have it renewed now by those you have it from:
{shop}.

Once the registration has ended, web pages and mail of the name may stop
working, and in the end the name is free for anyone to register.
",
    },
    Line {
        object: "domain",
        event: "expired",
        reminder: None,
        whom: Whom::Registrant(Term::Over),
        subject: "{domain}: the registration has ended",
        text: "\
Hello,

you are the registrant of the domain name {domain}.
Its registration ended on {ends}, and it was not renewed.

If you want to keep the name, please turn at once to those you have it from:
{shop}.
For a short time it can still be renewed, or restored at a higher price.
After that it is deleted, and free for anyone to register.
",
    },
    Line {
        object: "domain",
        event: "expiry_reminder",
        reminder: Some("expired"),
        whom: Whom::Registrant(Term::LongOver),
        subject: "{domain}: the registration has ended and is not renewed yet",
        text: "\
Hello,

you are the registrant of the domain name {domain}.
Its registration ended on {ends}, and it is still not renewed.
Web pages and mail of the name may have stopped working.

This is the last reminder. If you want to keep the name, please turn at once
to those you have it from: {shop}.
For a short time it can still be renewed, or restored at a higher price.
After that it is deleted, and free for anyone to register.
",
    },
    Line {
        object: "tld_association",
        event: LOW_BALANCE,
        reminder: None,
        whom: Whom::Payer,
        subject: "Little money is left in the account {account} at {registry}",
        text: "\
Hello,

the registry {registry} tells that there is little money left in the
account {account}.

Left:              {left}
Credit limit:      {limit}
Called low below:  {threshold}

Please fill it up. When it is empty, the registry refuses registrations,
renewals, transfers and restores.
",
    },
    Line {
        object: "tld_association",
        event: LOW_BALANCE_CRITICAL,
        reminder: None,
        whom: Whom::Payer,
        subject: "Urgent: the money in the account {account} at {registry} is nearly gone",
        text: "\
Hello,

the registry {registry} tells that the money in the account {account}
is nearly gone.

Left:              {left}
Credit limit:      {limit}
Called low below:  {threshold}

Please fill it up now. When it is empty, the registry refuses registrations,
renewals, transfers and restores.
",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_known_and_is_not_looked_into() {
        for line in TABLE {
            let keys: &[&str] = match line.whom {
                Whom::Registrant(_) => &["domain", "ends", "shop"],
                Whom::Payer => &["account", "registry", "left", "limit", "threshold"],
            };
            let values: Vec<_> = keys.iter().map(|key| (*key, format!("[{key}]"))).collect();
            let whole = [line.subject, line.text].concat();
            let filled = fill(&whole, &values);
            assert_eq!(filled, whole.replace('{', "[").replace('}', "]"), "{}", line.event);
        }
        let values = [("shop", "{domain}".to_owned()), ("domain", "a.test".to_owned())];
        assert_eq!(fill("{shop}, {domain}", &values), "{domain}, a.test");
    }
}
