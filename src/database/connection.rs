//! One connection type over both databases, and how one is opened from a URL.
#![allow(missing_docs)] // in what the derive writes

use std::path::Path;

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::{
    Connection as _, PgConnection, RunQueryDsl as _, SqliteConnection, connection::SimpleConnection,
};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::{functions, sqlite_file};
use crate::error::Error;

/// A connection to PostgreSQL or to SQLite. Queries are written once for both.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    /// PostgreSQL, chosen by `postgres://` or `postgresql://`.
    Postgresql(PgConnection),
    /// SQLite, chosen by `sqlite://`.
    Sqlite(SqliteConnection),
}

/// Which of the two databases a connection speaks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// PostgreSQL.
    Postgresql,
    /// SQLite.
    Sqlite,
}

impl AnyConnection {
    /// Which database this is.
    pub fn backend(&self) -> Backend {
        match self {
            Self::Postgresql(_) => Backend::Postgresql,
            Self::Sqlite(_) => Backend::Sqlite,
        }
    }

    /// Begins a transaction that may write. On SQLite it takes the write lock at once: a deferred transaction
    /// that reads before it writes would fail as locked.
    pub(super) fn begin_write(&mut self) -> diesel::QueryResult<()> {
        match self {
            Self::Postgresql(inner) => AnsiTransactionManager::begin_transaction(inner),
            Self::Sqlite(inner) => AnsiTransactionManager::begin_transaction_sql(inner, "BEGIN IMMEDIATE"),
        }
    }

    /// Begins a transaction that sees one state of the database, from its first read on, however slowly it goes on. It keeps
    /// few pages of SQLite in memory.
    pub(super) fn begin_one_state(&mut self) -> diesel::QueryResult<()> {
        match self {
            Self::Postgresql(inner) => {
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                AnsiTransactionManager::begin_transaction_sql(inner, begin)?;
                inner.batch_execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            }
            Self::Sqlite(inner) => {
                inner.batch_execute("PRAGMA cache_size = -2000")?;
                AnsiTransactionManager::begin_transaction_sql(inner, "BEGIN")
            }
        }
    }

    /// Commits what [`AnyConnection::begin_write`] began.
    pub(super) fn commit_write(&mut self) -> diesel::QueryResult<()> {
        match self {
            Self::Postgresql(inner) => AnsiTransactionManager::commit_transaction(inner),
            Self::Sqlite(inner) => AnsiTransactionManager::commit_transaction(inner),
        }
    }

    /// Takes back the savepoints that a panic left open, down to the transaction that [`AnyConnection::begin_write`]
    /// began.
    pub(super) fn roll_back_savepoints(&mut self) {
        while self.transaction_depth().is_some_and(|depth| depth > 1) && self.rollback_write().is_ok() {}
    }

    /// How many transactions and savepoints are open; none when that is not known any more.
    pub(super) fn transaction_depth(&mut self) -> Option<u32> {
        let status = match self {
            Self::Postgresql(inner) => AnsiTransactionManager::transaction_manager_status_mut(inner),
            Self::Sqlite(inner) => AnsiTransactionManager::transaction_manager_status_mut(inner),
        };
        status.transaction_depth().ok().map(|depth| depth.map_or(0, u32::from))
    }

    /// # Errors
    /// A sentence for the operator when a PostgreSQL database does not hold every letter.
    pub(super) fn check_encoding(&mut self) -> Result<(), Error> {
        let Self::Postgresql(inner) = self else { return Ok(()) };
        let setting = diesel::dsl::sql::<diesel::sql_types::Text>("current_setting('server_encoding')");
        let encoding: String = diesel::select(setting).get_result(inner)?;
        if encoding == "UTF8" {
            return Ok(());
        }
        Err(Error::configuration(format!(
            "the PostgreSQL database that DATABASE_URL names is encoded as {encoding}, which does not hold Arabic beside \
             Tifinagh: make it with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
        )))
    }

    /// Whether the database answers on this connection.
    pub(super) fn answers(&mut self) -> bool {
        self.batch_execute("SELECT 1").is_ok()
    }

    /// Takes back the innermost of what [`AnyConnection::begin_write`] and its savepoints began.
    pub(super) fn rollback_write(&mut self) -> diesel::QueryResult<()> {
        match self {
            Self::Postgresql(inner) => AnsiTransactionManager::rollback_transaction(inner),
            Self::Sqlite(inner) => AnsiTransactionManager::rollback_transaction(inner),
        }
    }
}

/// What means something else in a path of a SQLite URI.
const OF_A_URI: &AsciiSet = &CONTROLS.add(b'?').add(b'#').add(b'%');

/// Where the database is: the URL, taken apart once.
#[derive(Debug, Clone)]
pub enum Location {
    /// A PostgreSQL URL as libpq reads it.
    Postgresql(String),
    /// The path of a SQLite file.
    Sqlite(String),
}

impl Location {
    /// Reads a `DATABASE_URL`.
    pub fn parse(url: &str) -> Result<Self, String> {
        if let Some(rest) =
            ["postgres://", "postgresql://"].iter().find_map(|scheme| url.strip_prefix(scheme))
        {
            return match is_encoded(rest) {
                true => Ok(Self::Postgresql(url.to_owned())),
                // Not a word of it is repeated: what cannot be read may be the password.
                false => Err("DATABASE_URL cannot be read: in user and password, characters such as @ : / # ? % stand as %40 \
                              %3A %2F %23 %3F %25"
                    .to_owned()),
            };
        }
        match url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) {
            Some(":memory:") => Err("each connection would have a memory of its own: name a file".to_owned()),
            Some(path) if !path.is_empty() => Ok(Self::Sqlite(path.to_owned())),
            _ => Err("DATABASE_URL must begin with postgres://, postgresql:// or sqlite://".to_owned()),
        }
    }

    /// Keeps other services from a SQLite file as long as this process lives. PostgreSQL is made for several.
    ///
    /// # Errors
    /// A sentence for the operator when another service has the file.
    pub fn claim(&self) -> Result<(), Error> {
        match self {
            Self::Sqlite(path) => sqlite_file::claim(Path::new(path)),
            Self::Postgresql(_) => Ok(()),
        }
    }

    /// Opens a connection, set up as the service needs it. A SQLite file has to be there: one that was moved away for a moment
    /// would be made anew, and its log with what was acknowledged lost.
    pub fn open(&self) -> Result<AnyConnection, diesel::ConnectionError> {
        match self {
            Self::Postgresql(url) => open_postgresql(url),
            Self::Sqlite(path) => {
                let path = utf8_percent_encode(path, OF_A_URI);
                open_sqlite(&format!("file:{path}?mode=rw"))
            }
        }
    }

    /// As [`Location::open`]; a SQLite file that is not there is made.
    pub(super) fn make(&self) -> Result<AnyConnection, diesel::ConnectionError> {
        match self {
            Self::Postgresql(_) => self.open(),
            Self::Sqlite(path) => open_sqlite(path),
        }
    }
}

/// Whether what follows the scheme of a URL can be taken apart in one way only.
fn is_encoded(rest: &str) -> bool {
    let (before, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = before.split_once('/').unwrap_or((before, ""));
    let escapes = rest.split('%').skip(1);
    let is_escape =
        |text: &str| text.len() >= 2 && text.bytes().take(2).all(|digit| digit.is_ascii_hexdigit());
    authority.matches('@').count() <= 1
        && ![path, parameters].iter().any(|part| part.contains('@'))
        && !rest.contains('#')
        && escapes.into_iter().all(is_escape)
}

/// What libpq is to do when the server does not answer, unless the URL says otherwise: a host that is gone is noticed
/// within half a minute, and nobody waits longer for a connection than a request may take. Times without unit are seconds.
const WHEN_THE_SERVER_IS_SILENT: [(&str, &str); 5] = [
    ("connect_timeout", "5"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "5"),
    ("keepalives_count", "3"),
    // Milliseconds.
    ("tcp_user_timeout", "15000"),
];

fn with_timeouts(url: &str) -> String {
    WHEN_THE_SERVER_IS_SILENT.iter().fold(url.to_owned(), |url, (option, value)| {
        let is_set = ['?', '&'].iter().any(|before| url.contains(&format!("{before}{option}=")));
        let separator = if url.contains('?') { '&' } else { '?' };
        if is_set { url } else { format!("{url}{separator}{option}={value}") }
    })
}

/// Diesel tells no SQLSTATE: deadlocks and time-outs are known by their words ([`crate::error`]). Set only where these are of
/// another language, for that takes a superuser.
const TELL_IN_ENGLISH: &str = "SELECT set_config('lc_messages', 'C', false) WHERE current_setting('lc_messages') !~* '^(C|POSIX|en)([._]|$)|^$'";

fn open_postgresql(url: &str) -> Result<AnyConnection, diesel::ConnectionError> {
    let mut connection = PgConnection::establish(&with_timeouts(url))?;
    connection
        .batch_execute(
            "SET TIME ZONE 'UTC'; SET statement_timeout = '10s'; SET lock_timeout = '3s'; \
             SET idle_in_transaction_session_timeout = '30s'",
        )
        .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    connection.batch_execute(TELL_IN_ENGLISH).map_err(|cause| {
        diesel::ConnectionError::BadConnection(format!(
            "it tells its errors in another language than English, and a deadlock would not be known for one: ALTER ROLE \
             … SET lc_messages = 'C', as a superuser ({cause})"
        ))
    })?;
    Ok(AnyConnection::Postgresql(connection))
}

fn open_sqlite(path: &str) -> Result<AnyConnection, diesel::ConnectionError> {
    let mut connection = SqliteConnection::establish(path)?;
    connection
        .batch_execute(
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA foreign_keys = ON; PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY",
        )
        .and_then(|()| functions::register(&mut connection))
        .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    Ok(AnyConnection::Sqlite(connection))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_that_is_not_encoded_is_refused_and_not_repeated() {
        for password in ["p@ss", "se%zzcret", "pa/ss", "a#b", "a?b@c"] {
            let told = Location::parse(&format!("postgres://app:{password}@127.0.0.1/app")).unwrap_err();
            assert!(told.contains("%40") && !told.contains(password), "{told}");
        }
        for good in
            ["app:p%40ss@127.0.0.1/app", "a@h:1,h:2/db?sslmode=require", "/db", "h/db?application_name=x%20y"]
        {
            assert!(Location::parse(&format!("postgresql://{good}")).is_ok(), "{good}");
        }
    }

    #[test]
    fn what_the_url_says_of_timeouts_stays() {
        let url = with_timeouts("postgres://a@b/c");
        assert!(url.starts_with("postgres://a@b/c?connect_timeout=5&keepalives_idle=10"), "{url}");
        let url = with_timeouts("postgres://a@b/c?sslmode=require&connect_timeout=60");
        assert!(url.contains("connect_timeout=60") && !url.contains("connect_timeout=5&"), "{url}");
        assert!(url.ends_with("&tcp_user_timeout=15000"), "{url}");
    }
}
