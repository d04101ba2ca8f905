-- +goose Up

-- One order for money. state is the fold of its events (package payment), kept here so that it can be part of an index.
create table payment_order (
    id           text primary key, -- also our reference at the gateway
    request      text not null references request (reference),
    purpose      text not null,
    portal       text not null,
    bill_key     bytea not null,   -- keyed hash of portal, account and bill number
    amount       bigint not null check (amount > 0), -- paise
    state        text not null default 'created',
    paid_payment text not null default '',
    link_id      text not null default '',
    link_url     text not null default '',
    expires_at   timestamptz not null,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    unique (request, purpose)
);

-- While one order for a bill may still take money, or has it and the department does not, there is no second one.
create unique index payment_order_open_bill on payment_order (bill_key) where state in ('created', 'awaiting', 'authorized', 'paid');

-- What became known about orders, from the gateway and from ourselves: only ever added to.
create table payment_event (
    id          bigint generated always as identity primary key,
    provider    text not null,
    event_id    text not null,
    order_id    text references payment_order (id), -- null: not one of our orders
    fact        jsonb,  -- null: of a kind that says nothing about an order
    raw         bytea,  -- personal: as the gateway sent it
    received_at timestamptz not null default now(),
    unique (provider, event_id)
);

create index payment_event_order on payment_event (order_id);
create index payment_event_payment on payment_event ((fact ->> 'payment'));
create index payment_order_link on payment_order (link_id);

-- A payment is given back at most once.
create table refund (
    id              text primary key, -- also our reference at the gateway, and the id of its workflow
    order_id        text not null references payment_order (id),
    payment_id      text not null unique,
    purpose         text not null,
    amount          bigint not null check (amount > 0),
    state           text not null default 'due' check (state in ('due', 'pending', 'processed', 'failed')),
    provider_refund text not null default '',
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now()
);

create index refund_order on refund (order_id);

create table ledger_account (name text primary key);

insert into ledger_account (name) values ('citizen_clearing'), ('gateway_receivable'), ('dept_payable'), ('refund_payable');

create table ledger_transaction (
    id       bigint generated always as identity primary key,
    order_id text not null references payment_order (id),
    key      text not null,
    at       timestamptz not null default now(),
    unique (order_id, key)
);

create table ledger_entry (
    transaction bigint not null references ledger_transaction (id),
    account     text not null references ledger_account (name),
    amount      bigint not null check (amount <> 0), -- paise; positive is a debit
    primary key (transaction, account)
);

create index ledger_entry_account on ledger_entry (account);

-- +goose StatementBegin
create function ledger_is_balanced() returns trigger language plpgsql as $$
begin
    if (select sum(amount) from ledger_entry where transaction = new.transaction) <> 0 then
        raise exception 'ledger transaction % does not sum to zero', new.transaction using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$;
-- +goose StatementEnd

create constraint trigger ledger_balanced after insert on ledger_entry
    deferrable initially deferred for each row execute function ledger_is_balanced();

-- +goose StatementBegin
create function is_append_only() returns trigger language plpgsql as $$
begin
    raise exception '% is only ever added to', tg_table_name using errcode = 'integrity_constraint_violation';
end $$;
-- +goose StatementEnd

create trigger ledger_append_only before update or delete on ledger_entry for each row execute function is_append_only();
create trigger ledger_transaction_append_only before update or delete on ledger_transaction for each row execute function is_append_only();

-- What the gateway wrote may have to be erased one day; what became known may not.
create trigger payment_event_append_only before delete or update of provider, event_id, order_id, fact, received_at on payment_event
    for each row execute function is_append_only();

-- +goose Down

drop table ledger_entry, ledger_transaction, ledger_account, refund, payment_event, payment_order;
drop function ledger_is_balanced, is_append_only;
