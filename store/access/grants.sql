-- Who may do what in the database. Applied as a whole after the migrations, in one transaction, whenever it changed: what is not
-- granted here is not granted. A table without a line here cannot be used by any role, and a test names it.

do $$
declare
    name text;
begin
    foreach name in array array['jansetu_owner', 'jansetu_gateway', 'jansetu_worker', 'jansetu_operator', 'jansetu_desk',
        'jansetu_department', 'jansetu_auditor'] loop
        if not exists (select from pg_roles where rolname = name) then
            begin
                execute format('create role %I nologin noinherit', name);
            exception when duplicate_object or unique_violation then
                null; -- another database of the cluster made it just now
            end;
        end if;
        execute format('revoke all on all tables in schema public from %I', name);
        execute format('revoke all on all functions in schema public from %I', name);
        execute format('grant usage on schema public to %I', name);
    end loop;
end $$;

revoke all on all tables in schema public from public;
revoke create on schema public from public;

-- The owner migrates, rotates keys and restores. It reads nothing that it cannot decrypt.
grant all on all tables in schema public to jansetu_owner;
grant all on all functions in schema public to jansetu_owner;

-- Every process checks that the schema is its own.
grant select on migration_text, goose_db_version to jansetu_gateway, jansetu_worker;

-- The gateway: who writes, what they said, what is to be sent.
grant select, insert on person, channel_identity, person_key, conversation, consent, inbox, request, outbox, outbox_lane, question,
    payment_order, payment_event, refund, ledger_transaction, ledger_entry to jansetu_gateway;
grant update (trust, merged_into) on person to jansetu_gateway;
grant update (last_seen, valid_to) on channel_identity to jansetu_gateway;
grant update (session, window_expires_at, updated_at) on conversation to jansetu_gateway;
grant update (outcome), delete on inbox to jansetu_gateway;
grant update (person) on request to jansetu_gateway;
grant update on outbox, outbox_lane to jansetu_gateway;
grant update (state, answer, closed_at) on question to jansetu_gateway;
grant update (state, paid_payment, link_id, link_url, expires_at, updated_at) on payment_order to jansetu_gateway;
grant update (state, provider_refund, updated_at) on refund to jansetu_gateway;
grant select on document, ledger_account to jansetu_gateway;
grant select, insert on notice, erasure to jansetu_gateway;
grant select on portal_state to jansetu_gateway;
grant select on issued_document, log_entry, log_hash, log_checkpoint, log_head, revocation_list to jansetu_gateway;
grant select, insert on document_correction to jansetu_gateway;
grant update (agreed_at) on document_correction to jansetu_gateway;
grant execute on function audit_append to jansetu_gateway;

-- The worker: what becomes of requests, money, documents; and erasure.
grant select on person, conversation, channel_identity, consent, inbox, ledger_account to jansetu_worker;
grant select, insert, update on outbox, outbox_lane, question to jansetu_worker;
grant select, insert on person_key, payment_order, payment_order_bill, refund to jansetu_worker;
grant update (wrapped, kek, destroyed_at) on person_key to jansetu_worker;
grant update (state, paid_payment, link_id, link_url, expires_at, updated_at) on payment_order to jansetu_worker;
grant update (state, provider_refund, updated_at) on refund to jansetu_worker;
grant select, insert on payment_event, ledger_transaction, ledger_entry, document, approval to jansetu_worker;
grant select on request to jansetu_worker;
grant update (person, answers, stage, detail, open, updated_at, due_at) on request to jansetu_worker;
grant update (session, window_expires_at, updated_at) on conversation to jansetu_worker;
grant update (raw) on payment_event to jansetu_worker;
grant update (used_at, used_for) on approval to jansetu_worker;
grant delete on channel_identity, outbox, document, question to jansetu_worker;
grant update (created_at) on document to jansetu_worker; -- to lock what retention is about to delete
grant select on notice, erasure to jansetu_worker;
grant update (erased_at) on erasure to jansetu_worker;
grant update (forgotten_at) on request to jansetu_worker;
grant execute on function start_appeal to jansetu_worker;
grant update (valid_to) on channel_identity to jansetu_worker;
grant select, insert, update on portal_state to jansetu_worker;
grant select, insert, update, delete on booking_quota, booking_line to jansetu_worker;
grant select, insert, update on reconciliation_case, reconciliation_day to jansetu_worker;
grant select on audit_head to jansetu_worker;
grant select, insert on audit_checkpoint to jansetu_worker;
grant select, insert, delete on paper to jansetu_worker;
grant select, insert, update, delete on defect, defect_follower to jansetu_worker;
grant update (taken_at) on paper to jansetu_worker; -- to lock what retention is about to delete
grant select, insert on issued_document, log_entry, log_hash, log_checkpoint to jansetu_worker;
grant select on log_head to jansetu_worker;
grant select, insert, update on revocation_list to jansetu_worker;
grant update (state, reason, end_entry, ended_at, document, finished_at, pages) on issued_document to jansetu_worker;
grant select on document_correction to jansetu_worker;
grant update (fields) on document_correction to jansetu_worker;
grant update (leaf, idx) on log_entry to jansetu_worker;
grant update (size, last_at) on log_head to jansetu_worker;
grant execute on function audit_append to jansetu_worker;

-- An operator sees where requests, money and messages stand, never what citizens said.
grant select (reference, person, conversation, service, kind, portal, department, language, stage, open, created_at, updated_at, due_at)
    on request to jansetu_operator;
grant select (id, lane, kind, conversation, state, state_at, attempts, failures, delivery, delivery_at, reason, created_at)
    on outbox to jansetu_operator;
grant select (id, request, conversation, state, created_at, closed_at) on question to jansetu_operator;
grant select on outbox_lane, refund, ledger_account, ledger_transaction, ledger_entry, erasure to jansetu_operator;
grant select (id, request, purpose, portal, amount, state, expires_at, created_at, updated_at) on payment_order to jansetu_operator;
grant select, insert on approval to jansetu_operator;
grant update (decided_by, decided_at, approved, used_at, used_for) on approval to jansetu_operator;
grant select, insert, update, delete on operator_lock to jansetu_operator;
grant select on portal_state, reconciliation_case to jansetu_operator;
grant execute on function revoke_issued_document to jansetu_operator;
grant execute on function audit_append to jansetu_operator;

-- A desk sees the requests of the person who sits in front of it: jansetu.person. Whose reference number somebody brings, it may be told where
-- that request stands, and nothing of what was given for it.
grant select (reference, person, service, kind, portal, department, language, answers, stage, detail, open, created_at, updated_at)
    on request to jansetu_desk;
grant select on person_key, document to jansetu_desk;
grant select (id, request, purpose, amount, state, expires_at) on payment_order to jansetu_desk;
grant execute on function request_at_desk to jansetu_desk;
grant execute on function audit_append to jansetu_desk;

-- A department's viewer sees where the department's requests stand: jansetu.department.
grant select (reference, service, kind, department, language, stage, open, created_at, updated_at, due_at) on request to jansetu_department;
grant execute on function audit_append to jansetu_department;

-- An auditor sees what was done and by whom, and that keys were destroyed.
grant select on audit_entry, audit_head, audit_checkpoint, approval, access_version to jansetu_auditor;
grant select (person, kek, created_at, destroyed_at) on person_key to jansetu_auditor;
grant execute on function audit_append to jansetu_auditor;

-- Rows. A role that has no policy on a table sees none of it, whatever it was granted.
do $$
declare
    name   text;
    policy record;
begin
    for policy in select tablename, policyname from pg_policies where schemaname = 'public' loop
        execute format('drop policy %I on %I', policy.policyname, policy.tablename);
    end loop;
    for name in select tablename from pg_tables where schemaname = 'public' and tablename <> 'goose_db_version' loop
        execute format('alter table %I enable row level security', name);
        execute format('create policy hub on %I to jansetu_owner, jansetu_gateway, jansetu_worker using (true) with check (true)', name);
    end loop;
    foreach name in array array['request', 'outbox', 'outbox_lane', 'question', 'payment_order', 'refund', 'ledger_account',
        'ledger_transaction', 'ledger_entry', 'erasure', 'operator_lock', 'portal_state', 'reconciliation_case'] loop
        execute format('create policy operator on %I to jansetu_operator using (true) with check (true)', name);
    end loop;
    foreach name in array array['audit_entry', 'audit_head', 'audit_checkpoint', 'approval', 'access_version', 'person_key'] loop
        execute format('create policy auditor on %I for select to jansetu_auditor using (true)', name);
    end loop;
end $$;

-- Who asks and who approves is who the connection says it works for.
create policy operator_reads on approval for select to jansetu_operator using (true);
create policy operator_asks on approval for insert to jansetu_operator
    with check (requested_by = current_setting('jansetu.subject', true));
create policy operator_decides on approval for update to jansetu_operator
    using (true) with check (decided_by = current_setting('jansetu.subject', true) or used_at is not null);

create policy desk on request for select to jansetu_desk
    using (person = nullif(current_setting('jansetu.person', true), '')::uuid);
create policy desk on person_key for select to jansetu_desk
    using (person = nullif(current_setting('jansetu.person', true), '')::uuid);
create policy desk on document for select to jansetu_desk using (request in (select reference from request));
create policy desk on payment_order for select to jansetu_desk using (request in (select reference from request));

create policy department on request for select to jansetu_department
    using (department = nullif(current_setting('jansetu.department', true), ''));
