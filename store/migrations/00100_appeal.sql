-- +goose Up

-- An appeal is a request of its own, of the person and at the department of the application that it is about. The worker, who starts it,
-- may not make requests otherwise: the function runs as its owner and makes nothing but the appeals of a request that is there.
-- +goose StatementBegin
create function start_appeal(application text, appeal text, nothing_answered bytea, since timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if appeal !~ ('^' || application || '-[AR][12]$') then
        raise exception 'not the reference of an appeal of that request' using errcode = 'check_violation';
    end if;
    insert into request (reference, person, conversation, service, kind, portal, department, language, answers, stage, created_at)
    select appeal, person, conversation, service, 'appeal', portal, department, language, nothing_answered, 'received', since
    from request where reference = application
    on conflict (reference) do nothing;
    return found;
end $$;
-- +goose StatementEnd

revoke all on function start_appeal from public;

-- +goose Down

drop function start_appeal;
