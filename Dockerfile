FROM rust:1.95-slim-bookworm AS build
# make for the allocator; the rest for TLS to PostgreSQL, whose library the image below has.
RUN apt-get update && apt-get install --yes --no-install-recommends make libssl-dev pkg-config && rm -rf /var/lib/apt/lists/*
WORKDIR /nasij
COPY . .
# Built dependencies stay in the builder's cache: after a change only this crate is compiled. What is newer than the cached
# build is told by times, and those of an archive or of an earlier release are old: so all of it is as new as this build.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/nasij/target \
    find . -path ./target -prune -o -type f -exec touch {} + \
    && cargo build --release --locked --features postgresql-tls \
    && install -D target/release/nasij /out/nasij \
    && install -d /out/data

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /out/nasij /usr/local/bin/nasij
# A new volume takes its owner from here; 65532 is the image's "nonroot".
COPY --from=build --chown=65532:65532 /out/data /var/lib/nasij
USER 65532:65532
# It listens on all addresses of the container, so a start needs NASIJ_PUBLIC_URL.
ENV NASIJ_BIND=0.0.0.0:8080 NASIJ_DATA_DIR=/var/lib/nasij
VOLUME /var/lib/nasij
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["nasij", "health"]
ENTRYPOINT ["nasij"]
CMD ["serve"]
