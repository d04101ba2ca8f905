-- +goose Up

-- A person who writes to us. A person whose identities were found to be another person's points at that one.
create table person (
    id          uuid primary key,
    trust       text not null default 'unverified',
    merged_into uuid references person (id),
    created_at  timestamptz not null default now()
);

-- What a channel calls a person. An identity is closed, never changed: the number may have a new owner.
create table channel_identity (
    id         bigint generated always as identity primary key,
    person     uuid not null references person (id),
    portfolio  text not null,
    kind       text not null check (kind in ('bsuid', 'parent_bsuid', 'phone')),
    value      text not null, -- personal
    first_seen timestamptz not null default now(),
    last_seen  timestamptz not null default now(),
    valid_to   timestamptz
);

create unique index channel_identity_current on channel_identity (portfolio, kind, value) where valid_to is null;
create index channel_identity_person on channel_identity (person) where valid_to is null;

-- One person's talk with one business number.
create table conversation (
    id                bigint generated always as identity primary key,
    person            uuid not null references person (id),
    phone_number_id   text not null,
    session           jsonb, -- personal
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

-- Which messages have come in, so that a repeated delivery has no effect.
create table inbox (
    channel     text not null,
    message_id  text not null,
    outcome     text not null default 'taken' check (outcome in ('taken', 'poison')),
    received_at timestamptz not null default now(),
    primary key (channel, message_id)
);

create index inbox_received on inbox using brin (received_at);

-- +goose Down

drop table inbox, consent, conversation, channel_identity, person;
