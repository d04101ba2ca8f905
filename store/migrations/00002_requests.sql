-- +goose Up

-- One confirmed service request; its workflow has the same id.
create table request (
    reference    text primary key,
    person       uuid not null references person (id),
    conversation bigint not null references conversation (id),
    service      text not null,
    kind         text not null,
    portal       text not null,
    language     text not null,
    answers      bytea not null, -- personal
    stage        text not null,
    detail       bytea, -- personal
    open         boolean not null default true,
    created_at   timestamptz not null,
    updated_at   timestamptz not null default now()
) with (fillfactor = 80);

create index request_person on request (person, created_at desc);

-- +goose Down

drop table request;
