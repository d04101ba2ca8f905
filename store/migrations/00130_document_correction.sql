-- +goose Up

-- What an issued document was laid out from: a correction lays out the rest of the paper as it was.
alter table issued_document add column source bytea; -- personal

-- What an officer wants to stand on the next version of an issued document. Another officer agrees on exactly this.
create table document_correction (
    approval   text primary key references approval (id),
    document   uuid not null references issued_document (id), -- the version that is replaced
    fields     bytea, -- personal; null: forgotten
    created_at timestamptz not null default now(),
    agreed_at  timestamptz
);

-- A version is corrected once.
create unique index document_correction_once on document_correction (document) where agreed_at is not null;

create trigger document_correction_kept before delete on document_correction for each row execute function is_append_only();
create trigger document_correction_identity before update of approval, document, created_at on document_correction
    for each row execute function is_append_only();

-- +goose StatementBegin
create or replace function issued_document_is_forgotten() returns trigger language plpgsql as $$
begin
    new.number := null;
    new.salt := null;
    new.seal := null;
    new.pages := null;
    new.source := null;
    new.forgotten_at := now();
    update document_correction set fields = null where document = new.id;
    return new;
end $$;
-- +goose StatementEnd

-- Revokes what two officers agreed on: no role of the gateway may end a document otherwise. Null: nothing was agreed on; false: the document
-- counts no more.
-- +goose StatementBegin
create function revoke_issued_document(agreed text, why text, leaf bytea) returns boolean
    language plpgsql security definer set search_path = public, pg_temp as $$
declare
    wanted uuid;
    now_is text;
begin
    select object::uuid into wanted from approval where id = agreed and action = 'revoke' and approved and used_at is not null;
    select state into now_is from issued_document where id = wanted for update;
    if now_is is null then
        return null;
    elsif now_is <> 'valid' then
        return false;
    end if;
    with entry as (insert into log_entry (leaf) values ($3) returning id)
    update issued_document set state = 'revoked', reason = why, end_entry = entry.id, ended_at = now() from entry where issued_document.id = wanted;
    return true;
end $$;
-- +goose StatementEnd

revoke execute on function revoke_issued_document from public;

-- +goose Down

drop function revoke_issued_document;

-- +goose StatementBegin
create or replace function issued_document_is_forgotten() returns trigger language plpgsql as $$
begin
    new.number := null;
    new.salt := null;
    new.seal := null;
    new.pages := null;
    new.forgotten_at := now();
    return new;
end $$;
-- +goose StatementEnd

drop table document_correction;
alter table issued_document drop column source;
