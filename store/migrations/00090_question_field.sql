-- +goose Up

-- What takes a typed answer, a photo or a location to a question; null where only a choice answers. The answer is what was chosen, or else
-- what the field made of what was sent.
alter table question add column field bytea; -- personal: the department's own words may stand in it

-- +goose Down

alter table question drop column field;
