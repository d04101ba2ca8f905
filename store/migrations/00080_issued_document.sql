-- +goose Up

-- The public log: what is to be in it, in the transaction of what it records; its place follows at once. leaf says nothing about a
-- person, and is never forgotten.
create table log_entry (
    id       bigint generated always as identity primary key,
    leaf     bytea not null, -- while it waits, without its moment, which is that of its place
    idx      bigint unique check (idx >= 0), -- its place in the log; null: it waits
    added_at timestamptz not null default now()
);

create index log_entry_waiting on log_entry (id) where idx is null;

-- The hashes of the log's tree, in the order of tlog.StoredHashIndex.
create table log_hash (
    id   bigint primary key,
    hash bytea not null check (octet_length(hash) = 32)
);

-- The checkpoints that were signed, as signed notes.
create table log_checkpoint (
    size       bigint primary key,
    note       text not null,
    created_at timestamptz not null default now()
);

-- How long the log is. Its lock puts leaves in one order.
create table log_head (
    single  boolean primary key default true check (single),
    size    bigint not null default 0,
    last_at timestamptz not null default '-infinity' -- of the last leaf
);

insert into log_head default values;

-- What an entry may become is a place, once.
-- +goose StatementBegin
create function log_entry_stays() returns trigger language plpgsql as $$
begin
    if old.idx is not null or new.id <> old.id or new.added_at <> old.added_at then
        raise exception 'log_entry is only ever added to' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
-- +goose StatementEnd

create trigger log_entry_stays before update on log_entry for each row execute function log_entry_stays();
create trigger log_entry_append_only before delete on log_entry for each row execute function is_append_only();
create trigger log_entry_not_truncated before truncate on log_entry for each statement execute function is_append_only();
create trigger log_hash_append_only before update or delete on log_hash for each row execute function is_append_only();
create trigger log_hash_not_truncated before truncate on log_hash for each statement execute function is_append_only();
create trigger log_checkpoint_append_only before update or delete on log_checkpoint for each row execute function is_append_only();
create trigger log_checkpoint_not_truncated before truncate on log_checkpoint for each statement execute function is_append_only();

-- One document that was issued: a request has at most one of a kind and version.
create table issued_document (
    id          uuid primary key,
    request     text not null references request (reference),
    kind        text not null,
    version     int not null check (version >= 1),
    slot        bytea not null unique, -- keyed hash of request, kind and version
    fingerprint bytea not null unique, -- hash of number and version, which nobody guesses
    number      bytea, -- personal
    salt        bytea, -- personal
    seal        bytea, -- personal
    pages       bytea, -- personal; until the file is finished
    filename    text not null,
    state       text not null default 'valid' check (state in ('valid', 'replaced', 'revoked')),
    reason      text not null default '' check (length(reason) <= 500),
    issued_at   timestamptz not null,
    entry       bigint not null unique references log_entry (id),
    end_entry   bigint unique references log_entry (id), -- of its revocation or replacement
    ended_at    timestamptz,
    document    text references document (id) on delete set null,
    finished_at timestamptz,
    forgotten_at timestamptz,
    unique (request, kind, version),
    check ((state = 'valid') = (end_entry is null)),
    check ((state = 'valid') = (ended_at is null)),
    check (document is null or finished_at is not null)
);

create index issued_document_document on issued_document (document) where document is not null;
create index issued_document_unfinished on issued_document (issued_at) where finished_at is null;
create index issued_document_ended on issued_document (ended_at) where ended_at is not null;

-- When the file of an issued document is forgotten, what it said is forgotten with it. That it was issued, and whether it counts,
-- stays: the citizen may still hold it.
-- +goose StatementBegin
create function issued_document_is_forgotten() returns trigger language plpgsql as $$
begin
    new.number := null;
    new.salt := null;
    new.seal := null;
    new.pages := null;
    new.forgotten_at := now();
    return new;
end $$;
-- +goose StatementEnd

create trigger issued_document_is_forgotten before update of document on issued_document for each row
    when (old.document is not null and new.document is null) execute function issued_document_is_forgotten();
create trigger issued_document_append_only before delete on issued_document for each row execute function is_append_only();
create trigger issued_document_identity before update of id, request, kind, version, slot, fingerprint, issued_at, entry on issued_document
    for each row execute function is_append_only();

-- +goose Down

drop table issued_document;
drop function issued_document_is_forgotten;
drop table log_head, log_checkpoint, log_hash, log_entry;
drop function log_entry_stays;
