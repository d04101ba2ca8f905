-- +goose Up

-- One difference between our books, the payment gateway and a department: it is open as long as it is there. It names no person.
create table reconciliation_case (
    kind      text not null,
    subject   text not null,             -- the id of the payment, refund or order that differs
    portal    text not null,             -- who says otherwise
    order_id  text references payment_order (id), -- null: none of ours
    day       date not null,             -- of the statement, in India
    expected  bigint not null,           -- paise, by our books
    found     bigint not null,           -- paise, by the portal
    opened_at timestamptz not null default now(),
    seen_at   timestamptz not null default now(),
    closed_at timestamptz,               -- null: still there
    primary key (kind, subject)
);

create index reconciliation_case_open on reconciliation_case (day) where closed_at is null;

-- Which days were compared with whom. A day that is missing is compared later.
create table reconciliation_day (
    portal  text not null,
    day     date not null,
    done_at timestamptz not null default now(),
    primary key (portal, day)
);

create index payment_event_of_day on payment_event (received_at) where fact ->> 'kind' in ('captured', 'posted', 'refund_processed');
create index payment_event_refund on payment_event ((fact ->> 'refund')) where fact ->> 'refund' is not null;
create index payment_order_to_look_at on payment_order (updated_at) where state in ('paid', 'under_review');
create index refund_not_through on refund (created_at) where state <> 'processed';

-- +goose Down

drop index refund_not_through, payment_order_to_look_at, payment_event_refund, payment_event_of_day;
drop table reconciliation_day, reconciliation_case;
