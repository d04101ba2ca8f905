-- +goose Up

-- A request changes often while it is open. What it was changed at is in no index, so that a change stays within its page.
drop index request_retention;
create index request_retention on request (reference) where not open and forgotten_at is null;

-- +goose Down

drop index request_retention;
create index request_retention on request (updated_at) where not open and forgotten_at is null;
