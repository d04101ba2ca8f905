-- +goose Up

-- The bills that an order pays. An order that may still take money, or has it and the department does not, keeps every one of them from a
-- second order; an order for several has a line for each.
create table payment_order_bill (
    order_id text not null references payment_order (id),
    bill_key bytea not null, -- as in payment_order, of one bill
    primary key (order_id, bill_key)
);

create index payment_order_bill_key on payment_order_bill (bill_key);

insert into payment_order_bill (order_id, bill_key) select id, bill_key from payment_order;

-- +goose Down
drop table payment_order_bill;
