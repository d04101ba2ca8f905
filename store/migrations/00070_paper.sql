-- +goose Up

-- Papers that citizens sent for a request. media is a keyed hash of what the channel calls the file: the same file is kept once for a
-- request. hash is the SHA-256 of content before it was encrypted. Each request has its own copy, which goes when the request's does.
create table paper (
    id         uuid primary key,
    request    text not null references request (reference),
    media      bytea not null,
    mime_type  text not null check (mime_type in ('image/jpeg', 'image/png', 'application/pdf')),
    hash       bytea not null check (octet_length(hash) = 32),
    bytes      bigint not null check (bytes > 0),
    pages      integer not null check (pages > 0),
    masked     boolean not null, -- digits of an identity number were painted over
    content    bytea not null,   -- personal
    taken_at   timestamptz not null default now(),
    unique (request, media)
);

-- +goose Down

drop table paper;
