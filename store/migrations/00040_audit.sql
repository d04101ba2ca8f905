-- +goose Up

-- Who did what to whose data, and why. Each row's hash covers the row and the hash before it, so that a change, a deletion or another
-- order shows. Rows come in through audit_append only.
create table audit_entry (
    seq      bigint primary key,
    at       timestamptz not null,
    actor    text not null check (length(actor) between 1 and 200),
    via      text not null, -- the database role that wrote it
    action   text not null check (length(action) between 1 and 100),
    person   uuid,          -- whose data; null: nobody's
    object   text not null default '' check (length(object) <= 200),
    reason   text not null default '' check (length(reason) <= 500),
    previous bytea not null,
    hash     bytea not null
);

create index audit_entry_person on audit_entry (person, seq) where person is not null;
create index audit_entry_at on audit_entry using brin (at);

-- The end of the chain: what was cut off the end would not show otherwise. Its lock puts entries in one order.
create table audit_head (
    single boolean primary key default true check (single),
    seq  bigint not null,
    hash bytea not null
);

insert into audit_head (seq, hash) values (0, sha256('jansetu audit'::bytea));

-- +goose StatementBegin
create function audit_field(value text) returns bytea language sql immutable parallel safe as $$
    select case when value is null then int4send(-1)
        else int4send(octet_length(convert_to(value, 'UTF8'))) || convert_to(value, 'UTF8') end
$$;
-- +goose StatementEnd

-- +goose StatementBegin
create function audit_hash(previous bytea, seq bigint, at timestamptz, actor text, via text, action text, person uuid, object text, reason text)
returns bytea language sql immutable parallel safe as $$
    select sha256(previous || int8send(seq) || int8send((extract(epoch from at) * 1000000)::bigint) || audit_field(actor) || audit_field(via)
        || audit_field(action) || audit_field(person::text) || audit_field(object) || audit_field(reason))
$$;
-- +goose StatementEnd

-- +goose StatementBegin
create function audit_append(actors text[], actions text[], persons uuid[], objects text[], reasons text[]) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    head audit_head%rowtype;
    via  text := coalesce(nullif(current_setting('role', true), 'none'), session_user);
    moment timestamptz;
    sum  bytea;
begin
    select * into strict head from audit_head for update;
    -- Never earlier than the entry before, whatever the server's clock does.
    moment := greatest(clock_timestamp(), (select e.at from audit_entry e where e.seq = head.seq));
    for i in 1 .. coalesce(array_length(actors, 1), 0) loop
        sum := audit_hash(head.hash, head.seq + 1, moment, actors[i], via, actions[i], persons[i], objects[i], reasons[i]);
        insert into audit_entry (seq, at, actor, via, action, person, object, reason, previous, hash)
        values (head.seq + 1, moment, actors[i], via, actions[i], persons[i], objects[i], reasons[i], head.hash, sum);
        head.seq := head.seq + 1;
        head.hash := sum;
    end loop;
    update audit_head set seq = head.seq, hash = head.hash;
    return head.seq;
end $$;
-- +goose StatementEnd

revoke all on function audit_append from public;

create trigger audit_append_only before update or delete on audit_entry for each row execute function is_append_only();
create trigger audit_not_truncated before truncate on audit_entry for each statement execute function is_append_only();
create trigger audit_head_stays before delete on audit_head for each row execute function is_append_only();
create trigger audit_head_not_truncated before truncate on audit_head for each statement execute function is_append_only();

-- +goose Down

drop function audit_append, audit_hash, audit_field;
drop table audit_head, audit_entry;
