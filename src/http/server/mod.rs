//! The HTTP server: the same as actix's own, but for its connections. They take one request at a time (`exchange`), wait for no
//! client for ever (`connection`), and tell what is wrong with a malformed request (`replacement`): whatever the HTTP layer
//! cannot read never reaches the application, and actix answers it with a bare status.

mod connection;
mod exchange;
mod head;
mod replacement;
mod trailers;

pub(in crate::http) use head::LONGEST_TARGET;
pub(in crate::http) use trailers::Trailers;

use std::fmt::Debug;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_http::{HttpService, KeepAlive, Protocol, Request, Response};
use actix_server::{Server, ServerBuilder};
use actix_service::{
    IntoServiceFactory, Service as _, ServiceFactory, ServiceFactoryExt as _, apply_fn_factory, fn_service,
    map_config,
};
use actix_web::body::MessageBody;
use actix_web::dev::AppConfig;
use actix_web::rt::net::TcpStream;

use self::connection::{Connection, Stream};
use self::exchange::{LINGERING, OpenExchange};
use super::tls::Tls;
use crate::config::Config;
use crate::error::{Error, Result};

const REQUEST_HEAD_TIME: Duration = Duration::from_secs(10);
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// An application that listens at an address of its own.
pub struct Listening<F> {
    /// What it is called in logs.
    pub name: &'static str,
    /// Where it listens.
    pub listener: TcpListener,
    /// What it speaks TLS with; plain HTTP without.
    pub tls: Option<Tls>,
    /// Makes the application for each worker.
    pub app: F,
}

/// Serves the `public` application, and `apart` from it another one when there is one: with the same workers, until both
/// are stopped.
pub fn serve<F, G, I, J, S, T, B, C>(
    config: &Config,
    public: Listening<F>,
    apart: Option<Listening<G>>,
) -> Result<Server>
where
    F: Fn() -> I + Send + Clone + 'static,
    G: Fn() -> J + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request>,
    J: IntoServiceFactory<T, Request>,
    S: ServiceFactory<Request, Config = AppConfig, Error = actix_web::Error> + 'static,
    T: ServiceFactory<Request, Config = AppConfig, Error = actix_web::Error> + 'static,
    S::InitError: Debug,
    T::InitError: Debug,
    S::Response: Into<Response<B>>,
    T::Response: Into<Response<C>>,
    B: MessageBody + 'static,
    C: MessageBody + 'static,
{
    let builder = Server::build().workers(usize::from(config.workers)).shutdown_timeout(config.stop_seconds);
    let builder = listen(builder, config, public)?;
    let builder = match apart {
        Some(apart) => listen(builder, config, apart)?,
        None => builder,
    };
    Ok(builder.run())
}

fn listen<F, I, S, B>(
    builder: ServerBuilder,
    config: &Config,
    listening: Listening<F>,
) -> Result<ServerBuilder>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig, Error = actix_web::Error> + 'static,
    S::InitError: Debug,
    S::Response: Into<Response<B>>,
    B: MessageBody + 'static,
{
    let Listening { name, listener, tls, app } = listening;
    let address = listener.local_addr().map_err(Error::internal)?;
    let proxies = config.trusted_proxies.clone();
    let (base, patience) = (config.public_url.clone(), Duration::from_secs(config.stall_seconds));
    let stopping = builder.graceful_shutdown_signal();
    let listens = builder.listen(name, listener, move || {
        let (base, tls, proxies) = (base.clone(), tls.clone(), proxies.clone());
        let application = app().into_factory().map_err(|error| error.error_response());
        let one_at_a_time = apply_fn_factory(application, move |mut request: Request, application| {
            let by_proxy = request.peer_addr().is_some_and(|peer| proxies.include(peer));
            let exchange = OpenExchange::begin(&mut request, by_proxy);
            let answering = application.call(request);
            async move {
                OpenExchange::let_body_come(exchange.as_ref()).await;
                let response = answering.await?.into();
                OpenExchange::take_rest(exchange.as_ref(), patience).await;
                Ok(OpenExchange::answer(exchange, response))
            }
        });
        let (stopping, stops) = (stopping.clone(), Arc::new(AtomicBool::new(false)));
        let told = stops.clone();
        let service = HttpService::build()
            // Connections that wait for nothing are closed at once when the service is stopped.
            .graceful_shutdown_signal(move || {
                let (stopping, told) = (stopping.clone(), told.clone());
                async move {
                    stopping.notified().await;
                    told.store(true, Ordering::Relaxed);
                }
            })
            .keep_alive(KeepAlive::Timeout(KEEP_ALIVE))
            .client_request_timeout(REQUEST_HEAD_TIME)
            .client_disconnect_timeout(LINGERING)
            .local_addr(address)
            .on_connect_ext(|connection: &Connection, data| {
                data.insert(connection.exchange());
            })
            .finish(map_config(one_at_a_time, |()| AppConfig::default()));
        fn_service(move |stream: TcpStream| {
            let (base, tls, stops) = (base.clone(), tls.clone(), stops.clone());
            async move {
                let peer = stream.peer_addr().ok();
                let connection = Connection::new(open(stream, tls).await?, base, patience, stops);
                Ok::<_, DispatchError>((connection, Protocol::Http1, peer))
            }
        })
        .and_then(service)
    });
    listens.map_err(Error::internal)
}

/// Plain TCP, or TLS where it is configured.
async fn open(stream: TcpStream, tls: Option<Tls>) -> Result<Box<dyn Stream>, DispatchError> {
    let Some(tls) = tls else { return Ok(Box::new(stream)) };
    let accepted = tls.accept(stream).await;
    let stream = accepted.inspect_err(|cause| log::debug!("a TLS handshake failed: {cause}"))?;
    Ok(Box::new(stream))
}
