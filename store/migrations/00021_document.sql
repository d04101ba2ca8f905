-- +goose Up

-- Documents by the SHA-256 of their content, in lower-case hex.
create table document (
    id         text primary key check (id ~ '^[0-9a-f]{64}$'),
    request    text not null references request (reference),
    kind       text not null,
    filename   text not null,
    mime_type  text not null,
    content    bytea not null, -- personal
    created_at timestamptz not null default now()
);

create index document_request on document (request);

-- +goose Down

drop table document;
