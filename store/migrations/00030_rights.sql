-- +goose Up

-- What citizens were shown before they said yes or no, word for word. hash is the SHA-256 of content.
create table notice (
    hash        bytea primary key,
    version     text not null,
    language    text not null,
    content     text not null,
    first_shown timestamptz not null default now(),
    check (hash = sha256(convert_to(content, 'UTF8')))
);

-- message is the keyed hash of the message with which the citizen decided. given is false for a no, and for a yes taken back.
alter table consent add column shown bytea references notice (hash), add column message bytea;

-- Who asked to be forgotten. With the destroyed key this is the tombstone: it names nobody. id is the workflow's.
create table erasure (
    id           text primary key,
    person       uuid not null references person (id),
    cancel_open  boolean not null,
    requested_at timestamptz not null,
    erased_at    timestamptz
);

create index erasure_open on erasure (requested_at) where erased_at is null;

-- A copy of somebody's data belongs to them and not to a request.
alter table document alter column request drop not null, add column person uuid references person (id),
    add constraint document_of_one check (num_nonnulls(request, person) = 1);

create index document_person on document (person, created_at) where person is not null;

-- When what was given for a closed request was forgotten.
alter table request add column forgotten_at timestamptz;

create index request_retention on request (updated_at) where not open and forgotten_at is null;

-- +goose Down

drop index request_retention, document_person;
alter table request drop column forgotten_at;
alter table document drop constraint document_of_one, drop column person, alter column request set not null;
drop table erasure;
alter table consent drop column shown, drop column message;
drop table notice;
