-- +goose Up

-- The bills of an order are found by the bill, rarely by the order: no index has the bill second, which would be read whole for it.
alter table payment_order_bill drop constraint payment_order_bill_pkey;
alter table payment_order_bill add primary key (bill_key, order_id);
drop index payment_order_bill_key;
create index payment_order_bill_order on payment_order_bill (order_id);

-- +goose Down

drop index payment_order_bill_order;
create index payment_order_bill_key on payment_order_bill (bill_key);
alter table payment_order_bill drop constraint payment_order_bill_pkey;
alter table payment_order_bill add primary key (order_id, bill_key);
