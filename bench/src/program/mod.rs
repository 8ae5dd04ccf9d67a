//! The `eppgate` that is measured, in processes of its own: the release binary is used as a user runs it, not the
//! library. The bench's runtime, allocator and logging stay out of the figures, and all sides of a comparison reach a
//! registry from outside its process.

pub(crate) mod dev;
pub(crate) mod sandbox;
pub(crate) mod serve;

use std::env::consts::EXE_SUFFIX;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;
use tokio::fs;
use tokio::process::{Child, Command};
use tokio::time::{Instant, interval};

/// The program, and what it says it is.
#[derive(Clone)]
pub(crate) struct Program {
    path: PathBuf,
    pub(crate) version: String,
}

/// A running `eppgate` with a folder of its own; dropped, it is killed and the folder removed.
struct Running {
    what: &'static str,
    child: Child,
    folder: TempDir,
}

impl Program {
    /// `path`, or the `eppgate` beside the bench.
    pub(crate) async fn find(path: Option<PathBuf>) -> Result<Self> {
        let path = match path {
            Some(path) => path,
            None => std::env::current_exe()?.with_file_name(format!("eppgate{EXE_SUFFIX}")),
        };
        ensure!(
            path.is_file(),
            "{} is missing: build it with `cargo build --release`, or name one with --eppgate",
            path.display()
        );
        let mut program = Self { path, version: String::new() };
        program.version = program.output(["--version"]).await?.trim_start_matches("eppgate ").to_owned();
        Ok(program)
    }

    /// What it prints when it is run to its end.
    async fn output(&self, args: impl IntoIterator<Item: AsRef<OsStr>>) -> Result<String> {
        let output = Command::new(&self.path).args(args).output().await?;
        let told = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{}: {}: {told}", self.path.display(), output.status);
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// Starts it; all it prints goes to a log in its folder.
    fn start(
        &self,
        what: &'static str,
        folder: TempDir,
        args: impl IntoIterator<Item: AsRef<OsStr>>,
    ) -> Result<Running> {
        let log = std::fs::File::create(folder.path().join(LOG))?;
        let child = Command::new(&self.path)
            .args(args)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot run {}", self.path.display()))?;
        Ok(Running { what, child, folder })
    }
}

impl Running {
    /// Waits until `look` finds what it looks for.
    async fn ready<T>(&mut self, mut look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
        let deadline = Instant::now() + START_DEADLINE;
        let mut poll = interval(START_POLL);
        loop {
            poll.tick().await;
            if let Some(found) = look().await? {
                return Ok(found);
            }
            if let Some(status) = self.child.try_wait()? {
                bail!(self.refusal(&format!("ended early ({status})")).await);
            }
            if Instant::now() > deadline {
                bail!(self.refusal(&format!("is not ready after {START_DEADLINE:?}")).await);
            }
        }
    }

    /// What it has printed so far.
    async fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join(LOG)).await.unwrap_or_default()
    }

    async fn refusal(&self, what: &str) -> String {
        let log = self.log().await;
        let from = log.lines().count().saturating_sub(LOG_LINES_SHOWN);
        let last: Vec<&str> = log.lines().skip(from).collect();
        format!("eppgate {} {what}; its last words:\n{}", self.what, last.join("\n"))
    }

    /// Ends the process. Its folder is thrown away, so there is nothing to drain for.
    async fn stop(mut self) -> Result<()> {
        self.child.kill().await.with_context(|| format!("cannot stop eppgate {}", self.what))
    }
}

fn folder() -> Result<TempDir> {
    Ok(TempDir::with_prefix("eppgate-bench-")?)
}

const LOG: &str = "log";
const START_DEADLINE: Duration = Duration::from_secs(60);
const START_POLL: Duration = Duration::from_millis(20);
const LOG_LINES_SHOWN: usize = 20;
