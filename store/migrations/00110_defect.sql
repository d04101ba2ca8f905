-- +goose Up

-- Complaints that an office has and that others near by may join. cell is a geohash of seven characters, some 150 metres wide: it leads to
-- a street and to nobody's door. The row goes when its complaint ends.
create table defect (
    request   text primary key references request (reference),
    portal    text not null,
    tenant    text not null,
    category  text not null,
    cell      text not null check (cell ~ '^[0-9b-hjkmnp-z]{7}$'),
    place     bytea not null, -- personal: where exactly, under the key of who filed it
    opened_at timestamptz not null default now()
);

create index defect_near on defect (portal, tenant, category, cell);

-- Requests that wait for the news of somebody else's complaint instead of filing their own.
create table defect_follower (
    request   text primary key references request (reference),
    defect    text not null references defect (request) on delete cascade,
    joined_at timestamptz not null default now(),
    check (request <> defect)
);

create index defect_follower_defect on defect_follower (defect);

-- +goose Down

drop table defect_follower;
drop table defect;
