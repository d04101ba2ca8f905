-- +goose Up

-- For what an approval was used: the same again is no second use, so that a step that is repeated after a crash goes through.
alter table approval add column used_for text,
    add constraint approval_used_for_something check ((used_at is null) = (used_for is null)) not valid;

-- The approval of two officers for an erasure that the citizen did not ask for in the chat; null: they did.
alter table erasure add column approval text unique references approval (id);

-- Until when the law wants a request decided; null: no clock runs.
alter table request add column due_at timestamptz;

-- What a service centre may be told of a request whose reference number somebody brings: where it stands, and nobody's data.
-- It runs as its owner, since the desk's own policy shows the requests of one person only.
-- +goose StatementBegin
create function request_at_desk(wanted text)
returns table (reference text, service text, department text, portal text, stage text, open boolean, created_at timestamptz, updated_at timestamptz,
    due_at timestamptz, person uuid)
language sql stable security definer set search_path = public, pg_temp as $$
    select reference, service, department, portal, stage, open, created_at, updated_at, due_at, person from request where reference = wanted
$$;
-- +goose StatementEnd

revoke all on function request_at_desk from public;

-- Where the audit log ended at some time, signed with a key that the database does not have (package audit).
create table audit_checkpoint (
    number    bigint primary key check (number > 0),
    seq       bigint not null,
    hash      bytea not null,
    at        timestamptz not null,
    previous  bytea not null, -- SHA-256 of the signature before; of nothing for the first
    signature bytea not null
);

create trigger audit_checkpoint_append_only before update or delete on audit_checkpoint for each row execute function is_append_only();
create trigger audit_checkpoint_not_truncated before truncate on audit_checkpoint for each statement execute function is_append_only();

-- +goose Down

drop table audit_checkpoint;
drop function request_at_desk;
alter table request drop column due_at;
alter table erasure drop column approval;
alter table approval drop column used_for;
