-- +goose Up

-- The newest signed list of what no longer counts, for the gateway to hand out.
create table revocation_list (
    single  boolean primary key default true check (single),
    made_at timestamptz not null,
    ended   bigint not null, -- how many documents it lists
    content bytea not null
);

-- +goose Down

drop table revocation_list;
