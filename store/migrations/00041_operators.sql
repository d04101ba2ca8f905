-- +goose Up

-- Whose officers a request belongs to: what a department's viewers see of it.
alter table request add column department text not null default '';

create index request_department on request (department, created_at desc) where department <> '';

-- What two people must agree on: one asks, another one approves, before it expires, and it is done once.
create table approval (
    id           text primary key,
    action       text not null,
    object       text not null,
    person       uuid references person (id), -- whose data or money; null: nobody's
    reason       text not null check (reason <> ''),
    requested_by text not null,
    requested_at timestamptz not null default now(),
    expires_at   timestamptz not null,
    decided_by   text,
    decided_at   timestamptz,
    approved     boolean,
    used_at      timestamptz,
    check ((decided_by is null) = (decided_at is null) and (decided_by is null) = (approved is null)),
    constraint approval_by_another check (not approved or decided_by <> requested_by),
    constraint approval_before_use check (used_at is null or approved is true and used_at <= expires_at)
);

create index approval_open on approval (expires_at) where used_at is null;
create unique index approval_once on approval (action, object) where used_at is null and approved is null;

-- +goose StatementBegin
create function approval_is_final() returns trigger language plpgsql as $$
begin
    if (old.id, old.action, old.object, old.person, old.reason, old.requested_by, old.requested_at, old.expires_at)
        is distinct from (new.id, new.action, new.object, new.person, new.reason, new.requested_by, new.requested_at, new.expires_at)
        or old.decided_by is not null and (old.decided_by, old.decided_at, old.approved) is distinct from (new.decided_by, new.decided_at, new.approved)
        or old.used_at is not null
    then
        raise exception 'what was asked and decided is not changed' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
-- +goose StatementEnd

create trigger approval_final before update on approval for each row execute function approval_is_final();
create trigger approval_kept before delete on approval for each row execute function is_append_only();

-- Who was refused too often, and until when they are kept out.
create table operator_lock (
    subject  text primary key,
    failures int not null,
    since    timestamptz not null,
    until    timestamptz
);

-- Which version of the grants was applied last.
create table access_version (
    single boolean primary key default true check (single),
    hash   text not null
);

-- +goose Down

drop table access_version, operator_lock, approval;
drop function approval_is_final;
alter table request drop column department;
