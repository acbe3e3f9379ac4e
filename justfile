# Thin names; the work is in tests/run.

# list the names
default:
    @just --list

# everything CI does
check:
    tests/run

# one or more steps of the tests, as in `just test sqlite`
test *steps='sqlite':
    tests/run {{ steps }}

# format the code
fmt:
    cargo fmt

# formatting, clippy and the OpenAPI document
lint:
    tests/run format lint openapi

# licences, banned crates and sources (needs cargo-deny)
deny:
    cargo deny check licenses bans sources

# the server, with its data in var/
run *arguments='serve':
    NASIJ_DATA_DIR=var cargo run -- {{ arguments }}

# write the committed OpenAPI document anew
openapi:
    cargo run --quiet -- openapi > openapi/openapi.json.new
    mv openapi/openapi.json.new openapi/openapi.json

# write the page about who may do what anew
authorization:
    cargo run --quiet -- authorization > docs/authorization.md.new
    mv docs/authorization.md.new docs/authorization.md

# write the page of all states anew
states:
    cargo run --quiet -- state-diagrams > docs/states.md.new
    mv docs/states.md.new docs/states.md

# a shell beside a throwaway PostgreSQL, at $TEST_DATABASE_URL
postgresql:
    tests/postgresql "${SHELL:-bash}"

# property tests from the OpenAPI document (slow)
fuzz:
    tests/run schemathesis
