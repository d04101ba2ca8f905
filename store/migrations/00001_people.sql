-- +goose Up

-- Columns marked personal are encrypted under their person's key, bound to tenant, table, column and row (package vault).

-- A person who writes to us. A person whose identities were found to be another person's points at that one.
create table person (
    id          uuid primary key,
    trust       text not null default 'unverified',
    merged_into uuid references person (id),
    created_at  timestamptz not null default now()
);

-- The key of a person, encrypted by the key-encryption key that kek names. Destroying it makes everything under it unreadable:
-- the row that stays is the tombstone. What belongs to nobody is under the key of the nil UUID, who is no person.
create table person_key (
    person       uuid primary key,
    wrapped      bytea,
    kek          text not null,
    created_at   timestamptz not null default now(),
    destroyed_at timestamptz,
    check ((wrapped is null) = (destroyed_at is not null))
);

create index person_key_kek on person_key (kek, person) where destroyed_at is null;

-- What a channel calls a person. An identity is closed, never changed: the number may have a new owner.
create table channel_identity (
    id         bigint generated always as identity primary key,
    person     uuid not null references person (id),
    portfolio  text not null,
    kind       text not null check (kind in ('bsuid', 'parent_bsuid', 'phone')),
    lookup     bytea not null, -- keyed hash of portfolio, kind and value
    value      bytea not null, -- personal
    first_seen timestamptz not null default now(),
    last_seen  timestamptz not null default now(),
    valid_to   timestamptz
);

create unique index channel_identity_current on channel_identity (lookup) where valid_to is null;
create index channel_identity_person on channel_identity (person) where valid_to is null;

-- One person's talk with one business number.
create table conversation (
    id                bigint generated always as identity primary key,
    person            uuid not null references person (id),
    phone_number_id   text not null,
    session           bytea, -- personal
    window_expires_at timestamptz not null,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    unique (person, phone_number_id)
) with (fillfactor = 70);

create table consent (
    id           bigint generated always as identity primary key,
    person       uuid not null references person (id),
    conversation bigint not null references conversation (id),
    notice       text not null,
    language     text not null,
    given        boolean not null,
    at           timestamptz not null
);

create index consent_person on consent (person, at);

-- Which messages have come in, so that a repeated delivery has no effect. message_id is a keyed hash: WhatsApp's ids hold the
-- sender's phone number in base64.
create table inbox (
    channel     text not null,
    message_id  bytea not null,
    outcome     text not null default 'taken' check (outcome in ('taken', 'poison')),
    received_at timestamptz not null default now(),
    primary key (channel, message_id)
);

create index inbox_received on inbox using brin (received_at);

-- +goose Down

drop table inbox, consent, conversation, channel_identity, person_key, person;
