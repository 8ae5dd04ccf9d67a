//! A profile and a TLD's policy in plain words, each line with where it comes from: a document, somebody's experience
//! (`unverified`), the configuration, or our own default.

use std::fmt::Write;
use std::time::Duration;

use eppgate_model::tenant::TldConfig;
use eppgate_registry::Profile;
use eppgate_registry::profile::{
    AuthInfoMaker, ContactId, ContactModel, Dnssec, HostModel, IdnTag, Keepalive, MinTls, Notes, Postal,
    Quirk, Restore, Transfer,
};
use humantime::format_duration;

use super::{Registry, Tld};

/// Explains a profile.
#[must_use]
pub fn profile(profile: &Profile, notes: &Notes) -> String {
    let mut page = Page { notes, text: format!("{}: {}\n", profile.name, profile.about) };
    page.head("What it is sent");
    services(&mut page, profile);
    objects(&mut page, profile);
    page.head("What becomes of domains");
    lifecycle(&mut page, profile);
    page.head("How much, how fast, how long");
    sessions(&mut page, profile);
    commands(&mut page, profile);
    if !profile.gaps.is_empty() {
        page.head("What it wants and does not get yet");
        for gap in &profile.gaps {
            page.plain(gap);
        }
    }
    page.summary();
    page.text
}

/// Explains how a registry is reached, and which one it is.
#[must_use]
pub fn registry(registry: &Registry) -> String {
    let notes = Notes::of("");
    let Registry { name, address, accounts, .. } = registry;
    let accounts = count(accounts.len() as u64, "account");
    let mut page = Page { notes: &notes, text: format!("{name}, at {address} with {accounts}\n") };
    let source = if registry.environment.is_some() { "the configuration" } else { DEFAULT };
    page.sourced(&format!("maintenance that is announced for {}", registry.environment()), source);
    page.text
}

/// Explains the policy of a TLD that is new. One that is stored keeps what the configuration does not say.
#[must_use]
pub fn policy(tld: &Tld, profile: &Profile) -> String {
    let (said, is, usual) = (&tld.policy, tld.policy.at_first(profile), TldConfig::default());
    let notes = Notes::of("");
    let mut page = Page { notes: &notes, text: format!(".{} at {}, if it is new\n", tld.tld, tld.registry) };
    let mut line = |is_said: bool, is_usual: bool, text: String| {
        let source = match (is_said, is_usual) {
            (true, _) => "the configuration",
            (false, true) => DEFAULT,
            (false, false) => "the profile",
        };
        page.sourced(&text, source);
    };
    let period = format!("registered for {} to {} years", is.min_years, is.max_years);
    line(said.min_years.or(said.max_years).is_some(), true, period);
    let servers = format!("{} to {} name servers", is.min_nameservers, is.max_nameservers);
    line(said.min_nameservers.or(said.max_nameservers).is_some(), true, servers);
    let dnssec = if is.dnssec_supported { "DS records" } else { "no DS records" };
    line(said.dnssec_supported.is_some(), is.dnssec_supported == usual.dnssec_supported, dnssec.to_owned());
    let language = if is.idn_tag_required { "with" } else { "with or without" };
    line(
        said.idn_tag_required.is_some(),
        is.idn_tag_required == usual.idn_tag_required,
        format!("names beyond ASCII {language} their language"),
    );
    let renewal = match is.auto_renews {
        true => "the registry renews by itself as a term ends",
        false => "a term ends unless a command renews it",
    };
    line(said.auto_renews.is_some(), is.auto_renews == usual.auto_renews, renewal.to_owned());
    let grace = u64::from(is.auto_renewal_grace_period_days);
    line(
        said.auto_renewal_grace_period_days.is_some(),
        true,
        format!("{} after that in which a domain is kept or let go", count(grace, "day")),
    );
    let add_grace = count(is.add_grace_days.into(), "day");
    line(
        said.add_grace_days.is_some(),
        true,
        format!("a deletion is final at once for {add_grace} after the registration"),
    );
    let redemption = count(is.redemption_period_days.into(), "day");
    line(said.redemption_period_days.is_some(), true, format!("later it can be taken back for {redemption}"));
    let pending = count(is.pending_delete_days.into(), "day");
    line(said.pending_delete_days.is_some(), true, format!("{pending} more until the name is free"));
    let silence = match is.transfer_pending_days {
        0 => "a transfer does not wait for an answer".to_owned(),
        days => format!("a transfer goes through after {} of silence", count(days.into(), "day")),
    };
    line(
        said.transfer_pending_days.is_some(),
        is.transfer_pending_days == usual.transfer_pending_days,
        silence,
    );
    let lock = count(is.transfer_lock_days.into(), "day");
    line(said.transfer_lock_days.is_some(), true, format!("after it the domain stays for {lock}"));
    let code = count(is.auth_code_days.into(), "day");
    line(said.auth_code_days.is_some(), true, format!("a password that was told is good for {code}"));
    page.text
}

fn services(page: &mut Page<'_>, profile: &Profile) {
    let services = &profile.services;
    page.line("services.objects", format!("objects, as far as it offers them: {}", short(&services.objects)));
    let extensions = short(&services.extensions);
    page.line("services.extensions", format!("extensions, as far as it offers them: {extensions}"));
    if !services.unannounced.is_empty() {
        let unannounced = short(&services.unannounced);
        page.line("services.unannounced", format!("extensions that it does not announce: {unannounced}"));
    }
    page.line("services.lang", format!("texts in {}, else in its own language", services.lang));
    match profile.fee {
        Some(version) => page.line("fee", format!("fees in version {version}, whatever it announces")),
        None => page.line("fee", "fees in the best version that it announces"),
    }
    if profile.has(Quirk::OneFeeCommand) {
        page.line("quirks", "one command's fee in a check");
    }
    if !profile.namestore.is_empty() {
        let products = profile.namestore.iter().map(|(zone, product)| format!(".{zone} as {product}"));
        let products: Vec<String> = products.collect();
        page.line("namestore", format!("the product of each domain and host: {}", products.join(", ")));
    }
}

fn objects(page: &mut Page<'_>, profile: &Profile) {
    page.line(
        "hosts",
        match profile.hosts {
            HostModel::Objects => "name servers as host objects, made before they are named",
            HostModel::Attributes => "name servers with their addresses within the domain; no host objects",
        },
    );
    page.line(
        "dnssec",
        match profile.dnssec {
            Dnssec::Ds => "DS records",
            Dnssec::Keys => "keys in place of DS records, which are refused here",
        },
    );
    let contacts = &profile.contacts;
    match contacts.model {
        ContactModel::Thin => page.line("contacts.model", "no contacts"),
        ContactModel::Thick => {
            page.line("contacts.model", "contacts");
            page.line(
                "contacts.postal",
                match contacts.postal {
                    Postal::Int => "their addresses in ASCII (int)",
                    Postal::Loc => "their addresses in any script (loc)",
                    Postal::Either => {
                        "their addresses in ASCII (int), or in any script (loc) where that does not do"
                    }
                    Postal::Both => {
                        "their addresses in ASCII (int), and in any script (loc) as well where needed"
                    }
                },
            );
            let (least, most) = (contacts.min_id_length, contacts.max_id_length);
            page.line(
                "contacts.id",
                match contacts.id {
                    ContactId::Ours => format!("their ids chosen by us, of {least} to {most} characters"),
                    ContactId::Auto => "their ids chosen by the registry".to_owned(),
                },
            );
        }
    }
    page.line(
        "idn.tag",
        match profile.idn.tag {
            IdnTag::None => "names beyond ASCII as they are",
            IdnTag::IdnLang => "names beyond ASCII with their language (idnLang-1.0)",
            IdnTag::Idn => "names beyond ASCII with their table (idn-1.0)",
        },
    );
    if profile.idn.required {
        page.line("idn.required", "no such name without it");
    }
    let rule = &profile.auth_info;
    match rule.made_by {
        AuthInfoMaker::Registry => page.line("auth_info.made_by", "empty passwords: the registry makes them"),
        AuthInfoMaker::Registrar => {
            let most = rule.max_length;
            page.line(
                "auth_info.max_length",
                format!("passwords of {most} characters, with one of {}", rule.symbols),
            );
        }
    }
}

fn lifecycle(page: &mut Page<'_>, profile: &Profile) {
    let life = &profile.lifecycle;
    page.line(
        "lifecycle.renew",
        match life.renew {
            true => "registrars renew",
            false => "the registry renews by itself; a renewal is refused here",
        },
    );
    page.line(
        "lifecycle.restore",
        match life.restore {
            Restore::RequestAndReport => "a deletion is taken back by a request and a report",
            Restore::Request => "a deletion is taken back by a request",
            Restore::Report => "a deletion is taken back by a report",
            Restore::ClientDelete => "a deletion is taken back by taking back the wish (iis:clientDelete)",
            Restore::None => "a deletion cannot be taken back; a restore is refused here",
        },
    );
    page.line(
        "lifecycle.transfer",
        match life.transfer {
            Transfer::Pending => "a transfer waits for the present registrar, whose silence is consent",
            Transfer::AtOnce => "a transfer is done when the password is shown",
            Transfer::Push => "the present registrar hands a domain over; there are no passwords",
        },
    );
    page.line(
        "lifecycle.client_statuses",
        match life.client_statuses {
            true => "registrars set statuses: locks and holds",
            false => "statuses are the registry's alone; locks and holds are refused here",
        },
    );
}

fn sessions(page: &mut Page<'_>, profile: &Profile) {
    let sessions = &profile.sessions;
    page.line(
        "sessions.limit",
        format!("{} at once for each account", count(sessions.limit.into(), "session")),
    );
    page.line(
        "sessions.spares",
        match sessions.spares {
            0 => "none kept ready beside those at work".to_owned(),
            spares => format!("{spares} of them kept ready beside those at work"),
        },
    );
    page.line(
        "sessions.window",
        match sessions.window {
            1 => "one command in flight on each".to_owned(),
            window => format!(
                "{window} commands in flight on each, {} of which may change something",
                sessions.transforms
            ),
        },
    );
    let silence = sessions.idle_limit.mul_f64(sessions.keepalive);
    let keepalive = match sessions.keepalive_by {
        Keepalive::Hello => "hello",
        Keepalive::Poll => "look at the message queue",
    };
    page.line("sessions.idle_limit", format!("a {keepalive} after {} of silence", rounded(silence)));
    page.line("sessions.max_age", format!("a session lives {} at most", format_duration(sessions.max_age)));
    if sessions.max_commands > 0 {
        page.line("sessions.max_commands", format!("and {}", count(sessions.max_commands, "command")));
    }
    if sessions.logins_per_minute > 0 {
        page.line(
            "sessions.logins_per_minute",
            format!("{} a minute", count(sessions.logins_per_minute.into(), "login")),
        );
    }
    let patience = format_duration(sessions.connect_timeout);
    page.line("sessions.connect_timeout", format!("{patience} for connecting and logging in"));
    page.line(
        "min_tls",
        match profile.min_tls {
            MinTls::V12 => "TLS 1.2 or newer",
            MinTls::V13 => "TLS 1.3",
        },
    );
    if profile.has(Quirk::SessionLimitIs2501) {
        page.line("quirks", "2501 on a login means too many sessions");
    }
    if profile.has(Quirk::NoClTrid) {
        page.line("quirks", "replies may come without the clTRID");
    }
}

fn commands(page: &mut Page<'_>, profile: &Profile) {
    let (commands, rate) = (&profile.commands, &profile.rate);
    page.line(
        "commands.max_check_names",
        format!("{} in a check", count(commands.max_check_names as u64, "name")),
    );
    if rate.per_second > 0.0 {
        let burst = rate.burst;
        page.line("rate.per_second", format!("{} commands a second, {burst} at once", rate.per_second));
    }
    for penalty in &rate.penalties {
        let after = penalty.code.map_or_else(|| "any error".to_owned(), |code| code.to_string());
        let pause = format_duration(penalty.time);
        page.line("rate.penalties", format!("a session rests for {pause} after {after}"));
    }
    for refusal in &rate.refusals {
        let told = refusal.text.as_ref().map_or(String::new(), |text| format!(" with \"{text}\""));
        page.line("rate.refusals", format!("{}{told} means too many commands", refusal.code));
    }
    page.line("commands.timeout", format!("{} for a reply", format_duration(commands.timeout)));
    page.line("commands.queue", format!("{} that may wait", count(commands.queue as u64, "command")));
}

/// What is being written.
struct Page<'n> {
    notes: &'n Notes,
    text: String,
}

impl Page<'_> {
    fn head(&mut self, title: &str) {
        self.push(format_args!("\n  {title}\n"));
    }

    fn plain(&mut self, text: &str) {
        self.push(format_args!("    {text}\n"));
    }

    /// What a value comes down to, and where that one comes from.
    fn line(&mut self, path: &str, text: impl AsRef<str>) {
        let source = self.notes.get(path).unwrap_or(DEFAULT);
        self.sourced(text.as_ref(), if source.is_empty() { "not said" } else { source });
    }

    fn sourced(&mut self, text: &str, source: &str) {
        if text.chars().count() <= WIDTH {
            self.push(format_args!("    {text:WIDTH$}  [{source}]\n"));
        } else {
            self.push(format_args!("    {text}\n    {:WIDTH$}  [{source}]\n", ""));
        }
    }

    fn summary(&mut self) {
        let values = self.notes.iter().filter(|(path, _)| !["name", "about", "gaps"].contains(path));
        let (all, guessed) = values.fold((0, 0), |(all, guessed), (_, note)| {
            (all + 1, guessed + u64::from(note.is_empty() || note.starts_with("unverified")))
        });
        let all = count(all, "value");
        self.push(format_args!(
            "\n  {all} of its own, {guessed} of them unverified; the rest are defaults.\n"
        ));
    }

    fn push(&mut self, line: std::fmt::Arguments<'_>) {
        self.text.write_fmt(line).expect("a String takes everything");
    }
}

/// Namespaces by their last part.
fn short(uris: &[String]) -> String {
    let last = |uri: &String| uri.rsplit(['/', ':']).next().unwrap_or_default().to_owned();
    let names: Vec<String> = uris.iter().map(last).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn count(number: u64, of: &str) -> String {
    format!("{number} {of}{}", if number == 1 { "" } else { "s" })
}

/// To whole seconds, as far as there are any.
fn rounded(time: Duration) -> humantime::FormattedDuration {
    let whole = Duration::from_secs(time.as_secs());
    format_duration(if whole.is_zero() { time } else { whole })
}

const WIDTH: usize = 64;
const DEFAULT: &str = "default";

#[cfg(test)]
mod tests {
    use super::super::Policy;
    use super::*;

    #[test]
    fn every_profile_is_explained_with_what_it_differs_in() {
        for name in Profile::builtin_names() {
            let (known, notes) =
                (Profile::builtin(name).unwrap(), Notes::of(Profile::builtin_text(name).unwrap()));
            let told = profile(&known, &notes);
            assert!(told.starts_with(&format!("{name}: ")) && !told.contains("[not said]"), "{told}");
            // Each value that the profile gives has its line, but for those that another line includes.
            for (path, note) in notes.iter().filter(|(_, note)| !note.is_empty()) {
                assert!(told.contains(&format!("[{note}]")), "{name}: {path}: {told}");
            }
        }
    }

    #[test]
    fn a_registry_is_explained_with_its_environment() {
        let of = |environment: Option<&str>| Registry {
            name: "nordic".to_owned(),
            profile: "iis".to_owned(),
            address: "localhost:700".to_owned(),
            server_name: None,
            environment: environment.map(str::to_owned),
            ca: "ca.pem".into(),
            cert: "cert.pem".into(),
            key: "key.pem".into(),
            accounts: Vec::new(),
        };
        for (said, environment, source) in
            [(None, "production", "[default]"), (Some("ote"), "ote", "[the configuration]")]
        {
            let told = registry(&of(said));
            assert!(told.starts_with("nordic, at localhost:700 with 0 accounts\n"), "{told}");
            let line = told.lines().nth(1).unwrap();
            assert!(
                line.contains(&format!("announced for {environment} ")) && line.ends_with(source),
                "{told}"
            );
        }
    }

    #[test]
    fn a_policy_is_explained_with_who_says_so() {
        let tld = Tld {
            tld: "se".to_owned(),
            registry: "nordic".to_owned(),
            account: None,
            accreditation: eppgate_model::tenant::Accreditation::NonIcann,
            policy: Policy { auto_renews: Some(true), redemption_period_days: Some(1), ..Policy::default() },
        };
        let told = policy(&tld, &Profile::builtin("iis").unwrap());
        let lines: Vec<String> =
            told.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        for line in [
            ".se at nordic, if it is new",
            "registered for 1 to 10 years [default]",
            "the registry renews by itself as a term ends [the configuration]",
            "later it can be taken back for 1 day [the configuration]",
            "a transfer does not wait for an answer [the profile]",
        ] {
            assert!(lines.iter().any(|told| told == line), "{line}: {told}");
        }
    }

    #[test]
    fn a_profile_reads_like_a_description_of_its_registry() {
        let text = Profile::builtin_text("norid").unwrap();
        let told = profile(&Profile::parse(text).unwrap(), &Notes::of(text));
        for line in [
            "1 session at once for each account",
            "a hello after 1m 12s of silence",
            "and 900 commands",
            "their ids chosen by the registry",
            "[Norid, limits of the EPP system: 1 unless more are agreed, 9 at most]",
            "DS records                                                        [default]",
        ] {
            assert!(told.contains(line), "{line}: {told}");
        }
    }
}
