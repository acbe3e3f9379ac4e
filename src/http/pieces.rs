//! Large bodies in pieces. The HTTP layer copies what a body gives it at once into the buffer of the connection: of a
//! client that reads nothing it should have little.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::Bytes;

/// The largest piece, in bytes.
const LARGEST: usize = 16 * 1024;

/// A body that gives no more than a piece at once.
struct InPieces {
    body: BoxBody,
    rest: Bytes,
}

/// The same body in pieces, unless it is a small one.
pub(super) fn in_pieces(body: BoxBody) -> BoxBody {
    match body.size() {
        BodySize::None => body,
        BodySize::Sized(size) if size <= LARGEST as u64 => body,
        _ => BoxBody::new(InPieces { body, rest: Bytes::new() }),
    }
}

impl MessageBody for InPieces {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        match self.body.size() {
            BodySize::Sized(size) => BodySize::Sized(size + self.rest.len() as u64),
            unsized_body => unsized_body,
        }
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        if self.rest.is_empty() {
            match Pin::new(&mut self.body).poll_next(context) {
                Poll::Ready(Some(Ok(bytes))) => self.rest = bytes,
                other => return other,
            }
        }
        let piece = self.rest.len().min(LARGEST);
        Poll::Ready(Some(Ok(self.rest.split_to(piece))))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;

    use super::*;

    #[actix_web::test]
    async fn a_body_stays_what_it_was() {
        let bytes: Bytes = (0..100_000).map(|place| (place % 251) as u8).collect::<Vec<_>>().into();
        let mut body = in_pieces(BoxBody::new(bytes.clone()));
        assert_eq!(body.size(), BodySize::Sized(100_000));
        let first = std::future::poll_fn(|context| Pin::new(&mut body).poll_next(context)).await;
        assert_eq!(first.unwrap().unwrap(), bytes.slice(..LARGEST));
        assert_eq!(to_bytes(body).await.unwrap(), bytes.slice(LARGEST..));
        assert_eq!(to_bytes(in_pieces(BoxBody::new("small"))).await.unwrap(), "small");
    }
}
