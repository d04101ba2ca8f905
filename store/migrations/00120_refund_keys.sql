-- +goose Up

-- A payment may be given back in parts, at the gateway's own desk too: each refund is booked under its own id.
alter table ledger_transaction disable trigger ledger_transaction_append_only;

update ledger_transaction t set key = t.key || '/' || r.provider_refund
from refund r where t.order_id = r.order_id and t.key = 'refunded/' || r.payment_id and r.provider_refund <> '';

alter table ledger_transaction enable trigger ledger_transaction_append_only;

-- +goose Down

alter table ledger_transaction disable trigger ledger_transaction_append_only;

update ledger_transaction t set key = 'refunded/' || r.payment_id
from refund r where t.order_id = r.order_id and t.key = 'refunded/' || r.payment_id || '/' || r.provider_refund;

alter table ledger_transaction enable trigger ledger_transaction_append_only;
