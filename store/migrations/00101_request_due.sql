-- +goose Up

-- What will be late is looked for every time an officer opens the list.
create index request_due on request (due_at) where open and due_at is not null;

-- +goose Down

drop index request_due;
