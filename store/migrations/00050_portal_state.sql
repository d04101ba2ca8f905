-- +goose Up

-- How each portal is, as its canary or a citizen's request last found it. snapshot is the last page that was not the one we know, with
-- every value taken out: it names nobody.
create table portal_state (
    portal      text primary key,
    state       text not null check (state in ('works', 'slow', 'down', 'changed', 'maintenance')),
    since       timestamptz not null,
    checked_at  timestamptz not null,
    latency_ms  bigint not null check (latency_ms >= 0),
    detail      text not null check (octet_length(detail) <= 1024),
    snapshot    text not null check (octet_length(snapshot) <= 12288),
    snapshot_at timestamptz,
    check ((snapshot = '') = (snapshot_at is null))
);

-- +goose Down

drop table portal_state;
