//! A real PostgreSQL for tests: one server for each test process, one database for each test.
//!
//! The server is made from the programs that Debian's package `postgresql` brings, in a temporary folder, reached by
//! a socket in there, and as careless about disks as it can be told to be. A test's database is a copy of a template
//! that is prepared once. Statics are not dropped when a process ends, and a process may be killed: so the server's
//! end is left to a shell that waits for the end of its standard input, which is ours.
//!
//! This is for tests: what goes wrong here panics.

use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::OnceCell;

/// A database that goes away with its test.
pub struct Database {
    name: String,
    server: &'static Server,
}

impl Database {
    /// A copy of the template, which `prepare` fills on first use, given its URL; it must leave no connection open.
    ///
    /// `None` where PostgreSQL is not installed, which is said on standard error.
    pub async fn create(prepare: impl AsyncFnOnce(String)) -> Option<Self> {
        let server = SERVER.get_or_init(Server::start).as_ref()?;
        let template = TEMPLATE.get_or_init(async || {
            let name = server.create("template0");
            prepare(server.url(&name)).await;
            name
        });
        Some(Self { name: server.create(template.await), server })
    }

    /// Where it is.
    pub fn url(&self) -> String {
        self.server.url(&self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = self.server.client("dropdb").args(["--force", &self.name]).status();
    }
}

/// A running server.
struct Server {
    programs: PathBuf,
    dir: PathBuf,
    /// Stops the server and clears away when its standard input ends.
    _guard: Child,
}

impl Server {
    fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            // Past the test harness, which would keep it to itself.
            let _ = writeln!(std::io::stderr(), "PostgreSQL is not installed: NOT TESTED on it");
            return None;
        };
        let dir = tempfile::Builder::new().prefix("eppgate-pg").tempdir().expect("a temporary folder").keep();
        let user = unprivileged();
        if let Some((uid, gid)) = user {
            chown(&dir, Some(uid), Some(gid)).expect("root can give a folder away");
        }
        let program = |name: &str| {
            let mut command = Command::new(programs.join(name));
            if let Some((uid, gid)) = user {
                command.uid(uid).gid(gid);
            }
            command.current_dir(&dir).stdin(Stdio::null());
            command
        };

        let mut guard = program("pg_ctl");
        let pg_ctl = guard.get_program().to_owned();
        let clear = r#"cat; "$0" stop --pgdata data --mode immediate; rm -r data log; rmdir "$PWD""#;
        guard = Command::new("sh");
        guard.args(["-c", clear]).arg(pg_ctl).current_dir(&dir).process_group(0);
        guard.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some((uid, gid)) = user {
            guard.uid(uid).gid(gid);
        }
        let guard = guard.spawn().expect("there is a shell");

        let mut initdb = program("initdb");
        initdb.args(["--pgdata", "data", "--username", USER, "--auth", "trust"]);
        // A language of its own, since the gateway must not depend on how a database sorts by itself.
        initdb.args(["--locale", "C", "--locale-provider", "icu", "--icu-locale", "en"]);
        run(initdb.args(["--encoding", "UTF8", "--no-sync"]));
        let mut options = format!("-k {} -h ''", dir.display());
        for setting in SETTINGS {
            let _ = write!(options, " -c {setting}");
        }
        let mut start = program("pg_ctl");
        start.args(["start", "--wait", "--pgdata", "data", "--log", "log", "--options", &options]);
        run(start.stdout(Stdio::null()).stderr(Stdio::null()));
        Some(Self { programs, dir, _guard: guard })
    }

    /// Makes a database like `template`, and says how it is called.
    fn create(&self, template: &str) -> String {
        let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        run(self.client("createdb").args(["--template", template, &name]));
        name
    }

    fn client(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.arg("--host").arg(&self.dir).args(["--username", USER]);
        command
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://{USER}@localhost/{database}?host={}", self.dir.display())
    }
}

/// Where the newest version's programs are.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let version = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions.map(|entry| entry.path()).max_by_key(|path| version(path))?;
    Some(newest.join("bin")).filter(|programs| programs.join("initdb").exists())
}

/// The user and group to run a server as, which refuses to run as root.
fn unprivileged() -> Option<(u32, u32)> {
    if std::fs::metadata("/proc/self").expect("a process is there").uid() != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").expect("there are users");
    let user = |name: &str| users.lines().find(|line| line.split(':').next() == Some(name));
    let mut fields = user("postgres").or_else(|| user("nobody"))?.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

fn run(command: &mut Command) {
    let output = command.output().expect("PostgreSQL's programs can be run");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
}

const USER: &str = "eppgate";

/// Nothing here outlives the process, so nothing needs to survive a crash.
const SETTINGS: [&str; 5] = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=400",
    "shared_buffers=32MB",
];

static SERVER: OnceLock<Option<Server>> = OnceLock::new();
static TEMPLATE: OnceCell<String> = OnceCell::const_new();
static NUMBER: AtomicU32 = AtomicU32::new(0);
