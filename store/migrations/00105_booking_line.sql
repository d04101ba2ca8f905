-- +goose Up

-- Quotas that open at a minute, and who waits for them, in the order in which they chose. Nothing here names a person.
create table booking_quota (
    quota     text primary key, -- portal and its id of the slot
    opens_at  timestamptz not null,
    -- for how many persons there was no room; null: nobody found it sold out
    sold_out  integer
);

create table booking_line (
    quota        text not null references booking_quota (quota) on delete cascade,
    reference    text not null references request (reference) on delete cascade,
    confirmed_at timestamptz not null,
    persons      integer not null check (persons > 0),
    -- when the request looks again; whoever is late by some minutes is not waited for
    looks_at     timestamptz not null,
    primary key (quota, reference)
);

create index booking_line_order on booking_line (quota, confirmed_at, reference);
create index booking_line_request on booking_line (reference);

-- +goose Down

drop table booking_line;
drop table booking_quota;
