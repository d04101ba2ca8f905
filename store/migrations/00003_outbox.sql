-- +goose Up

-- Whether a row still has to be sent. 'sending' is durable before the call; 'doubt' is a call whose outcome is unknown;
-- 'waiting' waits for the citizen to write, because the customer service window is closed and there is no template.
create type outbox_state as enum ('queued', 'waiting', 'sending', 'doubt', 'accepted', 'failed');

-- What became of an accepted message, in the order in which it can only move.
create type outbox_delivery as enum ('sent', 'delivered', 'read', 'played', 'failed');

-- Everything that leaves the gateway. Rows of a lane are sent in the order of their ids.
-- state is part of an index, delivery is not: statuses are by far the most updates and stay within the page.
create table outbox (
    id           bigint generated always as identity primary key,
    lane         text not null,
    kind         text not null check (kind in ('message', 'workflow_start', 'workflow_signal')),
    conversation bigint references conversation (id),
    seal         bigint not null, -- random; payload and template are bound to it, since the id is not known when they are encrypted
    payload      bytea not null,  -- personal
    template     bytea,           -- personal
    dedupe       text unique,
    media        jsonb,
    state        outbox_state not null default 'queued',
    state_at     timestamptz not null default now(),
    attempts     int not null default 0,
    failures     int not null default 0,
    wamid        bytea, -- keyed hash of the message's id, which holds a phone number
    delivery     outbox_delivery,
    delivery_at  timestamptz,
    reason       text not null default '',
    created_at   timestamptz not null default now()
) with (fillfactor = 75);

create index outbox_unsent on outbox (lane, id) where state in ('queued', 'sending', 'doubt');
create index outbox_waiting on outbox (conversation) where state = 'waiting';
create index outbox_wamid on outbox (wamid) where wamid is not null;

-- One line of rows that must not overtake each other. ready_at is when somebody may claim the lane: null when nothing is
-- queued, the end of the lease while an owner has it. version counts what was enqueued, so that an owner who lets go knows
-- whether more has come.
create table outbox_lane (
    lane     text primary key,
    sender   text not null,
    ready_at timestamptz,
    owner    uuid,
    version  bigint not null default 1
) with (fillfactor = 70);

create index outbox_lane_ready on outbox_lane (sender, ready_at) where ready_at is not null;

-- A question that a running request has asked.
create table question (
    id           text primary key,
    request      text not null references request (reference),
    conversation bigint not null references conversation (id),
    outbox       bigint references outbox (id),
    bubble       bytea not null, -- personal
    choices      bytea not null, -- personal
    state        text not null default 'open' check (state in ('open', 'answered', 'closed')),
    answer       bytea, -- personal
    created_at   timestamptz not null default now(),
    closed_at    timestamptz
);

create index question_open on question (conversation, created_at) where state = 'open';
create index question_request on question (request);
create index question_outbox on question (outbox);

-- +goose Down

drop table question, outbox_lane, outbox;
drop type outbox_delivery;
drop type outbox_state;
