//! Where the configuration comes from: a file, the environment on top of it, and secrets kept elsewhere.
//!
//! `EPPGATE__TOKENS__ISSUER=x` sets `tokens.issuer`; a number picks a member of a list, as in
//! `EPPGATE__REGISTRIES__0__ADDRESS`. A value that is a TOML boolean, integer, list, table or quoted string is taken as
//! that; anything else is text.
//!
//! A secret is written as `file:/path` or `env:NAME`, so that it need not stand in the file itself.

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::{Deserialize, Deserializer, de};
use toml::{Table, Value};

use crate::config::Config;

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot read {path}")]
    Unreadable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// The text is no TOML. What the line says is left out: it may be a password.
    #[error("line {line} is not TOML: {message}")]
    Syntax { line: usize, message: String },
    /// A variable names a place that cannot be.
    #[error("the environment variable {0} leads into something that is no section")]
    Variable(String),
    /// A key is unknown, missing or wrong.
    #[error("{path}: {message}")]
    Key { path: String, message: String },
}

/// Reads a file, with this process's environment on top.
///
/// # Errors
/// If it cannot be read; whether it makes sense is [`Config::problems`]'s matter.
pub fn read(path: &Path) -> Result<Config, Error> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| Error::Unreadable { path: path.to_owned(), source })?;
    let variables = std::env::vars_os().filter_map(|(name, value)| {
        let name = name.into_string().ok().filter(|name| name.starts_with(PREFIX))?;
        Some((name, value.into_string().ok()?))
    });
    parse(&text, variables)
}

/// Reads a text, with these environment variables on top.
///
/// # Errors
/// If it is no TOML, or a key is unknown, missing or of the wrong type.
pub fn parse(text: &str, variables: impl IntoIterator<Item = (String, String)>) -> Result<Config, Error> {
    let table: Table = text.parse().map_err(|error: toml::de::Error| {
        let start = error.span().map_or(0, |span| span.start).min(text.len());
        let line = text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
        Error::Syntax { line, message: error.message().to_owned() }
    })?;
    let mut root = Value::Table(table);
    for (name, value) in variables {
        let Some(path) = name.strip_prefix(PREFIX) else { continue };
        set(&mut root, &path.to_ascii_lowercase(), typed(value)).ok_or(Error::Variable(name))?;
    }
    serde_path_to_error::deserialize(root).map_err(|error: serde_path_to_error::Error<toml::de::Error>| {
        Error::Key { path: error.path().to_string(), message: error.inner().message().to_owned() }
    })
}

/// Follows the path from `place` down, making sections that are not there.
fn set(place: &mut Value, path: &str, value: Value) -> Option<()> {
    let (key, rest) = path.split_once(SEPARATOR).map_or((path, None), |(key, rest)| (key, Some(rest)));
    let next = match place {
        Value::Table(table) => table.entry(key).or_insert_with(|| Value::Table(Table::new())),
        Value::Array(list) => list.get_mut(key.parse::<usize>().ok()?)?,
        _ => return None,
    };
    match rest {
        Some(rest) => set(next, rest, value),
        None => {
            *next = value;
            Some(())
        }
    }
}

fn typed(text: String) -> Value {
    let parsed = format!("value = {text}").parse::<Table>().ok().and_then(|mut table| table.remove("value"));
    match parsed {
        Some(Value::Float(_) | Value::Datetime(_)) | None => Value::String(text),
        Some(value) => value,
    }
}

/// Reads a secret from where the text says it is.
///
/// # Errors
/// If it is not there. The text itself is not repeated.
pub fn secret<'de, D: Deserializer<'de>>(from: D) -> Result<SecretString, D::Error> {
    // The usual message would repeat the value.
    let text = String::deserialize(from).map_err(|_| de::Error::custom("is not a text in quotes"))?;
    if let Some(path) = text.strip_prefix("file:") {
        let secret = std::fs::read_to_string(path)
            .map_err(|error| de::Error::custom(format!("the file {path} cannot be read: {error}")))?;
        return Ok(secret.trim_end_matches(['\r', '\n']).into());
    }
    if let Some(name) = text.strip_prefix("env:") {
        let secret = std::env::var(name);
        return secret
            .map(Into::into)
            .map_err(|_| de::Error::custom(format!("the variable {name} is not set")));
    }
    Ok(text.into())
}

const PREFIX: &str = "EPPGATE__";
const SEPARATOR: &str = "__";

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    const LEAST: &str = "[tokens]\nsecret = '0123456789abcdef0123456789abcdef'\n";

    fn told(text: &str) -> String {
        parse(text, []).unwrap_err().to_string()
    }

    #[test]
    fn a_wrong_key_is_told_with_its_path() {
        for (text, path) in [
            ("lisen = '127.0.0.1:1'", "lisen: "),
            ("listen = 'here'", "listen: "),
            ("", "tokens"),
            ("[tokens]\nsecret = 7", "tokens.secret: "),
            ("[[registries]]\nname = 'one'\nadress = 'x'", "registries[0].adress: "),
            ("[[tenants]]\nid = 'x'", "tenants[0].id: "),
        ] {
            assert!(told(text).contains(path), "{text}: {}", told(text));
        }
    }

    #[test]
    fn what_is_no_toml_is_told_by_its_line_without_its_text() {
        let error = told("listen = '127.0.0.1:1'\npassword = hunter2\n");
        assert!(error.starts_with("line 2 ") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn the_environment_has_the_last_word() {
        let text = format!("{LEAST}[[tenants]]\nname = 'Demo'\nslug = 'demo'\nowner = 'a@example.test'\n");
        let variables = [
            ("EPPGATE__LISTEN", "127.0.0.1:9000"),
            ("EPPGATE__TOKENS__ISSUER", "https://gate.example"),
            ("EPPGATE__LIMITS__MAX_CONNECTIONS", "7"),
            ("EPPGATE__TENANTS__0__NAME", "\"42\""),
            ("UNRELATED", "x"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let config = parse(&text, variables).unwrap();
        assert_eq!(config.listen.port(), 9000);
        assert_eq!(config.tokens.issuer, "https://gate.example");
        assert_eq!(config.limits.max_connections, 7);
        assert_eq!(config.tenants[0].name, "42");
        let astray = [("EPPGATE__LISTEN__PORT".to_owned(), "1".to_owned())];
        assert!(parse(&format!("listen = '127.0.0.1:1'\n{LEAST}"), astray).is_err());
    }

    #[test]
    fn a_secret_that_is_no_text_is_not_repeated() {
        assert_eq!(told("[tokens]\nsecret = 271828"), "tokens.secret: is not a text in quotes");
    }

    #[test]
    fn a_secret_may_live_in_a_file_and_is_never_printed() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "from-a-file\n").unwrap();
        let config = parse(&format!("[tokens]\nsecret = 'file:{}'", file.path().display()), []).unwrap();
        assert_eq!(config.tokens.secret.expose_secret(), "from-a-file");
        assert!(!format!("{config:?}").contains("from-a-file"));
        assert!(
            told("[tokens]\nsecret = 'file:/no/such/file'").contains("tokens.secret: the file /no/such/file")
        );
    }
}
