//! A PostgreSQL server for one test, which may ill-treat it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

use crate::binary::{Home, Instance};

/// A PostgreSQL server that ends with this.
pub(crate) struct Server {
    script: Child,
    pub(crate) url: String,
    pub(crate) cluster: String,
}

impl Server {
    /// A new one, with an empty database; none when the suite is on SQLite.
    pub(crate) fn start() -> Option<Self> {
        if !Home::new().is_shared() {
            return None;
        }
        let mut script = Command::new("tests/postgresql")
            .args(["sh", "-c", "echo \"$TEST_DATABASE_URL $TEST_POSTGRESQL_CLUSTER\"; cat"])
            .env_remove("TEST_DATABASE_URL")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the script runs");
        let mut line = String::new();
        BufReader::new(script.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
        let (url, cluster) = line.trim().split_once(' ').expect("a URL and a folder");
        Some(Self { url: url.to_owned(), cluster: cluster.to_owned(), script })
    }

    /// Lets it go on at another port.
    pub(crate) fn restart_at(&self, port: u16) {
        let mut restart = Command::new("tests/postgresql");
        restart.args(["restart", "fast", &port.to_string()]).env("TEST_POSTGRESQL_CLUSTER", &self.cluster);
        assert!(restart.status().expect("the script runs").success(), "{port}");
    }

    pub(crate) fn restart(&self, mode: &str) {
        let mut restart = Command::new("tests/postgresql");
        restart.args(["restart", mode]).env("TEST_POSTGRESQL_CLUSTER", &self.cluster);
        assert!(restart.status().expect("the script runs").success(), "{mode}");
    }

    /// Sends a signal to all its processes.
    pub(crate) fn signal(&self, name: &str) {
        let processes = format!(
            "p=$(head -1 {}/data/postmaster.pid); kill -{name} $p $(cat /proc/$p/task/$p/children)",
            self.cluster
        );
        assert!(Command::new("sh").args(["-c", &processes]).status().expect("a shell").success(), "{name}");
    }

    /// The service on this server.
    pub(crate) fn serve<const N: usize>(&self, home: &Home, settings: [(&str, &str); N]) -> Instance {
        let mut command = home.nasij([]);
        command.env("DATABASE_URL", &self.url).envs(settings);
        Instance::start(command)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The end of its input ends the script, which takes the server down.
        drop(self.script.stdin.take().map(|mut input| input.flush()));
        let _ = self.script.wait();
    }
}
