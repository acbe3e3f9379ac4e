-- Entries of the register that are one association. The duplicate is marked as deleted, and its address leads to the other.
CREATE TABLE association_merges (
    id UUID NOT NULL PRIMARY KEY,
    association_id UUID NOT NULL REFERENCES associations (id),
    duplicate_id UUID NOT NULL REFERENCES associations (id),
    reason TEXT NOT NULL,
    moved JSONB NOT NULL,
    external_ids JSONB NOT NULL,
    reversed_at TIMESTAMPTZ,
    reversal_reason TEXT,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    CHECK (association_id <> duplicate_id),
    CHECK ((reversed_at IS NULL) = (reversal_reason IS NULL))
);
CREATE UNIQUE INDEX association_merges_duplicate_unique ON association_merges (duplicate_id) WHERE reversed_at IS NULL;
CREATE INDEX association_merges_association ON association_merges (association_id, created_at, id);
