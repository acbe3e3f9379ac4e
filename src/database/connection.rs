//! One connection type over both databases, and how one is opened from a URL.
#![allow(missing_docs)] // in what the derive writes

use std::sync::{Mutex, PoisonError};

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::r2d2::{ManageConnection, R2D2Connection};
use diesel::{Connection as _, PgConnection, SqliteConnection, connection::SimpleConnection};

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
        while self.transaction_depth() > 1 && self.rollback_write().is_ok() {}
    }

    fn transaction_depth(&mut self) -> u32 {
        let status = match self {
            Self::Postgresql(inner) => AnsiTransactionManager::transaction_manager_status_mut(inner),
            Self::Sqlite(inner) => AnsiTransactionManager::transaction_manager_status_mut(inner),
        };
        status.transaction_depth().ok().flatten().map_or(0, u32::from)
    }

    /// Takes back the innermost of what [`AnyConnection::begin_write`] and its savepoints began.
    pub(super) fn rollback_write(&mut self) -> diesel::QueryResult<()> {
        match self {
            Self::Postgresql(inner) => AnsiTransactionManager::rollback_transaction(inner),
            Self::Sqlite(inner) => AnsiTransactionManager::rollback_transaction(inner),
        }
    }
}

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
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgresql(url.to_owned()));
        }
        match url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) {
            Some(":memory:") => Err("each connection would have a memory of its own: name a file".to_owned()),
            Some(path) if !path.is_empty() => Ok(Self::Sqlite(path.to_owned())),
            _ => Err("DATABASE_URL must begin with postgres://, postgresql:// or sqlite://".to_owned()),
        }
    }

    /// Opens a connection, set up as the service needs it.
    pub fn open(&self) -> Result<AnyConnection, diesel::ConnectionError> {
        match self {
            Self::Postgresql(url) => open_postgresql(url),
            Self::Sqlite(path) => open_sqlite(path),
        }
    }
}

fn open_postgresql(url: &str) -> Result<AnyConnection, diesel::ConnectionError> {
    let mut connection = PgConnection::establish(url)?;
    connection
        .batch_execute(
            "SET TIME ZONE 'UTC'; SET statement_timeout = '10s'; SET lock_timeout = '3s'; \
             SET idle_in_transaction_session_timeout = '30s'",
        )
        .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    Ok(AnyConnection::Postgresql(connection))
}

fn open_sqlite(path: &str) -> Result<AnyConnection, diesel::ConnectionError> {
    let mut connection = SqliteConnection::establish(path)?;
    connection
        .batch_execute(
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA foreign_keys = ON; PRAGMA cache_size = -32000; PRAGMA temp_store = MEMORY",
        )
        .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    Ok(AnyConnection::Sqlite(connection))
}

/// Opens and checks the pool's connections.
pub(super) struct Manager {
    location: Location,
    /// Opened before there was a pool.
    first: Mutex<Option<AnyConnection>>,
}

impl Manager {
    pub(super) fn new(location: Location, first: AnyConnection) -> Self {
        Self { location, first: Mutex::new(Some(first)) }
    }
}

impl ManageConnection for Manager {
    type Connection = AnyConnection;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<AnyConnection, Self::Error> {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        first.map_or_else(|| self.location.open(), Ok).map_err(diesel::r2d2::Error::ConnectionError)
    }

    fn is_valid(&self, connection: &mut AnyConnection) -> Result<(), Self::Error> {
        connection.ping().map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, connection: &mut AnyConnection) -> bool {
        std::thread::panicking()
            || <AnyConnection as diesel::Connection>::TransactionManager::is_broken_transaction_manager(
                connection,
            )
    }
}
