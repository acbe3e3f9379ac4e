//! The tables of `migrations/`, as Diesel sees them on both databases.
#![allow(missing_docs, unreachable_pub)] // the columns are explained by the rows in the rooms

/// A table, with the column types of both databases in scope.
macro_rules! tables {
    ($($name:ident ($($key:ident),*) { $($column:ident -> $type:ty,)* })*) => {$(
        diesel::table! {
            #[allow(missing_docs)]
            use diesel::sql_types::*;
            use crate::database::types::{CompactText, Document, Identifier, Instant, PackedDocument};

            $name ($($key),*) { $($column -> $type,)* }
        }
    )*};
}

tables! {
    regions (code) {
        code -> Text,
        slug -> Text,
        name -> Document,
        name_ar_key -> Text,
        name_fr_key -> Text,
        search_text -> Text,
        population_2024 -> Nullable<BigInt>,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
    }

    provinces (code) {
        code -> Text,
        slug -> Text,
        region_code -> Text,
        parent_code -> Text,
        kind -> Text,
        name -> Document,
        name_ar_key -> Text,
        name_fr_key -> Text,
        search_text -> Text,
        population_2024 -> Nullable<BigInt>,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
    }

    cities (code) {
        code -> Text,
        slug -> Text,
        province_code -> Text,
        region_code -> Text,
        kind -> Text,
        name -> Document,
        name_ar_key -> Text,
        name_fr_key -> Text,
        search_text -> Text,
        population_2024 -> Nullable<BigInt>,
        latitude -> Nullable<Double>,
        longitude -> Nullable<Double>,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        deleted_at -> Nullable<Instant>,
    }

    activity_fields (code) {
        code -> Text,
        slug -> Text,
        position -> BigInt,
        name -> Document,
        name_ar_key -> Text,
        name_fr_key -> Text,
        search_text -> Text,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
    }

    associations (id) {
        id -> Identifier,
        name -> Document,
        search_text -> Text,
        ar_key_apart -> Bool,
        identity_key -> Identifier,
        acronym -> Nullable<Text>,
        object -> Nullable<Document>,
        city_code -> Nullable<Text>,
        province_code -> Nullable<Text>,
        scope -> Nullable<Text>,
        status -> Nullable<Text>,
        founded_on -> Nullable<Date>,
        founded_year -> Nullable<BigInt>,
        receipt_status -> Nullable<Text>,
        receipt_on -> Nullable<Date>,
        public_utility -> Nullable<Bool>,
        public_utility_decree -> Nullable<Text>,
        volunteers -> Nullable<BigInt>,
        last_activity_on -> Nullable<Date>,
        website -> Nullable<Text>,
        email -> Nullable<Text>,
        attestations -> Document,
        links -> Document,
        sources -> Document,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        deleted_at -> Nullable<Instant>,
        ar_words_key -> Nullable<BigInt>,
        latin_words_key -> Nullable<BigInt>,
    }

    association_activity_fields (association_id, field_code) {
        association_id -> Identifier,
        field_code -> Text,
    }

    association_values (association_id, value) {
        association_id -> Identifier,
        value -> Text,
    }

    association_internal_records (association_id) {
        association_id -> Identifier,
        seat_address -> Nullable<Text>,
        receipt_number -> Nullable<Text>,
        ice -> Nullable<Text>,
        tax_id -> Nullable<Text>,
        legal_representative -> Nullable<Text>,
        representative_contact -> Nullable<Text>,
        version -> BigInt,
        updated_at -> Instant,
        receipt_authority -> Nullable<Text>,
    }

    association_external_ids (association_id, source) {
        association_id -> Identifier,
        source -> Text,
        external_id -> Text,
    }

    association_merges (id) {
        id -> Identifier,
        association_id -> Identifier,
        duplicate_id -> Identifier,
        reason -> Text,
        moved -> Document,
        external_ids -> Document,
        reversed_at -> Nullable<Instant>,
        reversal_reason -> Nullable<Text>,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
    }

    association_facts (association_id, fact) {
        association_id -> Identifier,
        fact -> Text,
        written_at -> Instant,
        written_by -> Text,
        account_id -> Nullable<Identifier>,
        city_code -> Nullable<Text>,
        source -> Nullable<Text>,
    }

    editions (id) {
        id -> Identifier,
        year -> BigInt,
        designated_for_year -> Nullable<BigInt>,
        ordinal -> Nullable<BigInt>,
        status -> Text,
        status_reason -> Nullable<Document>,
        name -> Document,
        search_text -> Text,
        theme -> Nullable<Document>,
        slogan -> Nullable<Document>,
        strategy_programme -> Nullable<Document>,
        city_code -> Nullable<Text>,
        high_patronage -> Nullable<Bool>,
        designated_on -> Nullable<Date>,
        starts_on -> Nullable<Date>,
        ends_on -> Nullable<Date>,
        city_call_opens_at -> Nullable<Instant>,
        city_call_closes_at -> Nullable<Instant>,
        honours_call_opens_at -> Nullable<Instant>,
        honours_call_closes_at -> Nullable<Instant>,
        parameters -> Nullable<Document>,
        postponement -> Nullable<Document>,
        postponed_from -> Nullable<Text>,
        next_city_announced -> Nullable<Document>,
        honours_statement -> Nullable<Document>,
        provenance -> Document,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        deleted_at -> Nullable<Instant>,
    }

    years_without_edition (year) {
        year -> BigInt,
        reason -> Document,
        sources -> Document,
    }

    events (id) {
        id -> Identifier,
        edition_id -> Identifier,
        position -> BigInt,
        kind -> Text,
        title -> Document,
        starts_on -> Nullable<Date>,
        ends_on -> Nullable<Date>,
        place -> Nullable<Document>,
        sources -> Document,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
    }

    partners (id) {
        id -> Identifier,
        edition_id -> Identifier,
        position -> BigInt,
        kind -> Text,
        name -> Document,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
    }

    criteria (id) {
        id -> Identifier,
        edition_id -> Identifier,
        position -> BigInt,
        code -> Text,
        nomination_kind -> Text,
        name -> Document,
        weight -> Nullable<BigInt>,
        sources -> Document,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
    }

    honours (id) {
        id -> Identifier,
        edition_id -> Identifier,
        association_id -> Identifier,
        title -> Document,
        citation -> Nullable<Document>,
        awarded_on -> Nullable<Date>,
        nomination_id -> Nullable<Identifier>,
        revoked_at -> Nullable<Instant>,
        revocation_reason -> Nullable<Text>,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
    }

    nominations (id) {
        id -> Identifier,
        edition_id -> Identifier,
        kind -> Text,
        city_code -> Nullable<Text>,
        association_id -> Nullable<Identifier>,
        subject_key -> Text,
        statement -> Document,
        programme -> Nullable<Document>,
        status -> Text,
        nominator_id -> Identifier,
        submitted_at -> Nullable<Instant>,
        completion_due_at -> Nullable<Instant>,
        screened_at -> Nullable<Instant>,
        appealed_at -> Nullable<Instant>,
        eligibility -> Nullable<Document>,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        deleted_at -> Nullable<Instant>,
    }

    nomination_transitions (id) {
        id -> Identifier,
        nomination_id -> Identifier,
        from_status -> Nullable<Text>,
        to_status -> Text,
        reason -> Nullable<Text>,
        account_id -> Identifier,
        at -> Instant,
    }

    edition_transitions (id) {
        id -> Identifier,
        edition_id -> Identifier,
        edition_year -> BigInt,
        from_status -> Text,
        to_status -> Text,
        reason -> Nullable<Document>,
        account_id -> Identifier,
        at -> Instant,
    }

    achievements (id) {
        id -> Identifier,
        nomination_id -> Identifier,
        position -> BigInt,
        value -> Text,
        title -> Document,
        description -> Document,
        achieved_on -> Nullable<Date>,
        url -> Nullable<Text>,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
    }

    documents (id) {
        id -> Identifier,
        nomination_id -> Identifier,
        name -> Text,
        media_type -> Text,
        size -> BigInt,
        sha256 -> Text,
        object_key -> Text,
        account_id -> Identifier,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
    }

    eligibility_decisions (id) {
        id -> Identifier,
        nomination_id -> Identifier,
        check_code -> Text,
        outcome -> Text,
        reason -> Text,
        account_id -> Identifier,
        at -> Instant,
    }

    assignments (id) {
        id -> Identifier,
        edition_id -> Identifier,
        kind -> Text,
        seed -> Text,
        evaluations_per_nomination -> BigInt,
        report -> Document,
        account_id -> Identifier,
        at -> Instant,
    }

    evaluations (id) {
        id -> Identifier,
        nomination_id -> Identifier,
        juror_id -> Identifier,
        assignment_id -> Nullable<Identifier>,
        status -> Text,
        scores -> Document,
        comment -> Nullable<Text>,
        declared_at -> Nullable<Instant>,
        submitted_at -> Nullable<Instant>,
        ended_at -> Nullable<Instant>,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
    }

    shared_sheets (id) {
        id -> Identifier,
        nomination_id -> Identifier,
        scores -> Document,
        comment -> Nullable<Text>,
    }

    conflicts (id) {
        id -> Identifier,
        nomination_id -> Identifier,
        juror_id -> Identifier,
        kind -> Text,
        ground -> Nullable<Text>,
        statement -> Nullable<Text>,
        account_id -> Identifier,
        at -> Instant,
        status -> Nullable<Text>,
        reported_by -> Nullable<Text>,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Instant>,
        decision_reason -> Nullable<Text>,
        version -> BigInt,
    }

    deliberations (id) {
        id -> Identifier,
        edition_id -> Identifier,
        kind -> Text,
        status -> Text,
        commitment -> Text,
        record -> Document,
        pseudonyms -> Document,
        chain_seq -> Nullable<BigInt>,
        chain_hash -> Nullable<Text>,
        reopening_reason -> Nullable<Text>,
        closed_by -> Identifier,
        closed_at -> Instant,
        reopened_at -> Nullable<Instant>,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
    }

    tie_decisions (id) {
        id -> Identifier,
        deliberation_id -> Identifier,
        nominations -> Document,
        reason -> Text,
        account_id -> Identifier,
        at -> Instant,
    }

    nomination_outcomes (nomination_id) {
        nomination_id -> Identifier,
        status -> Text,
        decided_at -> Nullable<Instant>,
        updated_at -> Instant,
    }

    designations (id) {
        id -> Identifier,
        edition_id -> Identifier,
        kind -> Text,
        basis -> Text,
        status -> Text,
        city_code -> Nullable<Text>,
        decision -> Document,
        reason -> Nullable<Document>,
        digest -> Text,
        ranking_digest -> Nullable<Text>,
        deliberation_id -> Nullable<Identifier>,
        status_reason -> Nullable<Text>,
        account_id -> Identifier,
        signed_at -> Nullable<Instant>,
        published_at -> Nullable<Instant>,
        proof -> Nullable<Document>,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
    }

    signatures (designation_id, institution) {
        designation_id -> Identifier,
        institution -> Text,
        account_id -> Identifier,
        digest -> Text,
        at -> Instant,
        credential -> Nullable<Document>,
        jws -> Nullable<Text>,
        jwk -> Nullable<Document>,
    }

    institution_keys (id) {
        id -> Identifier,
        kid -> Text,
        institution -> Text,
        account_id -> Identifier,
        jwk -> Document,
        status -> Text,
        status_reason -> Nullable<Text>,
        registered_at -> Instant,
        confirmed_at -> Nullable<Instant>,
        revoked_at -> Nullable<Instant>,
        version -> BigInt,
        updated_at -> Instant,
    }

    accounts (id) {
        id -> Identifier,
        kind -> Text,
        name -> Text,
        search_text -> Text,
        scopes -> Document,
        city_code -> Nullable<Text>,
        association_id -> Nullable<Identifier>,
        organisation -> Nullable<Text>,
        public_keys -> Document,
        generation -> BigInt,
        generation_at -> Instant,
        disabled_at -> Nullable<Instant>,
        roles_changed_at -> Nullable<Instant>,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
    }

    account_roles (account_id, role) {
        account_id -> Identifier,
        role -> Text,
    }

    backups_restored (id) {
        id -> Identifier,
        made_at -> Instant,
        restored_at -> Instant,
    }

    past_affiliations (id) {
        id -> Identifier,
        account_id -> Identifier,
        name -> Nullable<Text>,
        city_code -> Nullable<Text>,
        association_id -> Nullable<Identifier>,
        organisation -> Nullable<Text>,
        ended_at -> Instant,
    }

    account_identities (issuer, subject) {
        issuer -> Text,
        subject -> Text,
        account_id -> Identifier,
    }

    account_secrets (id) {
        id -> Identifier,
        account_id -> Identifier,
        secret_hash -> Text,
        label -> Nullable<Text>,
        created_at -> Instant,
        expires_at -> Nullable<Instant>,
        last_used_at -> Nullable<Instant>,
        made_by -> Text,
        maker_id -> Nullable<Identifier>,
        made_with -> Nullable<Text>,
        made_with_id -> Nullable<Identifier>,
        ended_at -> Nullable<Instant>,
        ended_by -> Nullable<Text>,
    }

    signing_keys (kid) {
        kid -> Text,
        public_jwk -> Document,
        sealed_private_key -> Text,
        status -> Text,
        created_at -> Instant,
        activated_at -> Nullable<Instant>,
        retired_at -> Nullable<Instant>,
    }

    revoked_tokens (jti) {
        jti -> Identifier,
        account_id -> Identifier,
        expires_at -> Instant,
    }

    client_assertions (account_id, jti) {
        account_id -> Identifier,
        jti -> Text,
        expires_at -> Instant,
    }

    removed_identities (id) {
        id -> Identifier,
        issuer -> Text,
        subject_digest -> Text,
    }

    provider_documents (issuer) {
        issuer -> Text,
        jwks -> Document,
        fetched_at -> Instant,
    }

    audit_events (id) {
        id -> Identifier,
        at -> Instant,
        account_id -> Nullable<Identifier>,
        request_id -> Nullable<CompactText>,
        action -> Text,
        operation -> Nullable<Text>,
        resource_type -> Nullable<Text>,
        resource_id -> Nullable<CompactText>,
        status -> Nullable<BigInt>,
        problem -> Nullable<Text>,
        before -> Nullable<PackedDocument>,
        after -> Nullable<PackedDocument>,
        actor_digest -> Nullable<CompactText>,
        record_digest -> Nullable<CompactText>,
    }

    audit_personal_data (event_id, part) {
        event_id -> Identifier,
        part -> Text,
        subject_type -> Nullable<Text>,
        subject_id -> Nullable<CompactText>,
        salt -> Nullable<Text>,
        content -> Nullable<Document>,
        erased_by -> Nullable<Identifier>,
    }

    audit_actors (digest) {
        digest -> CompactText,
        account_id -> Identifier,
        salt -> Nullable<Text>,
        content -> Nullable<Document>,
        erased_by -> Nullable<Identifier>,
    }

    audit_pending (event_id) {
        event_id -> Identifier,
    }

    audit_seals (seq) {
        seq -> BigInt,
        event_id -> Identifier,
        hash -> CompactText,
        sealed_at -> Instant,
    }

    deleted_records (id) {
        id -> Text,
        kind -> Text,
        name -> Nullable<Document>,
        deleted_at -> Instant,
    }

    idempotency_keys (caller, route, key) {
        caller -> Text,
        route -> Text,
        key -> Text,
        fingerprint -> Text,
        status -> BigInt,
        headers -> Document,
        body -> Text,
        created_at -> Instant,
    }

    imports (id) {
        id -> Identifier,
        collection -> Text,
        status -> Text,
        file_name -> Text,
        size -> BigInt,
        sha256 -> Text,
        object_key -> Nullable<Text>,
        instructions -> Document,
        author -> Document,
        account_id -> Nullable<Identifier>,
        request_id -> Nullable<Text>,
        line -> BigInt,
        told -> BigInt,
        counts -> Document,
        working_ms -> BigInt,
        problem -> Nullable<Document>,
        runner -> Nullable<Identifier>,
        alive_at -> Nullable<Instant>,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        started_at -> Nullable<Instant>,
        ended_at -> Nullable<Instant>,
    }

    import_rows (import_id, position) {
        import_id -> Identifier,
        position -> BigInt,
        line -> Nullable<BigInt>,
        outcome -> Text,
        association_id -> Nullable<Identifier>,
        field -> Nullable<Text>,
        code -> Nullable<Text>,
        message -> Nullable<Document>,
    }

    dataset_records (dataset, key) {
        dataset -> Text,
        key -> Text,
        record_id -> Text,
        checksum -> Text,
        loaded_version -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    activity_fields,
    associations,
    association_activity_fields,
    association_values,
    association_external_ids,
    association_internal_records,
    association_facts,
    cities,
    provinces,
    regions,
    editions,
    nominations,
    honours,
    achievements,
    documents,
    eligibility_decisions,
    assignments,
    evaluations,
    shared_sheets,
    conflicts,
    deliberations,
    tie_decisions,
    nomination_outcomes,
    designations,
    signatures,
    edition_transitions,
    accounts,
    account_roles,
);

diesel::allow_tables_to_appear_in_same_query!(audit_events, audit_personal_data, audit_pending, audit_seals);
