-- +goose Up

-- What is encrypted does not get smaller: nobody tries to compress it.
alter table conversation alter column session set storage external;
alter table request alter column answers set storage external, alter column detail set storage external;
alter table outbox alter column payload set storage external, alter column template set storage external;
alter table question alter column bubble set storage external, alter column choices set storage external,
    alter column field set storage external, alter column answer set storage external;
alter table payment_event alter column raw set storage external;
alter table document alter column content set storage external;
alter table paper alter column content set storage external;
alter table issued_document alter column pages set storage external, alter column source set storage external;
alter table document_correction alter column fields set storage external;

-- +goose Down

alter table document_correction alter column fields set storage extended;
alter table issued_document alter column pages set storage extended, alter column source set storage extended;
alter table paper alter column content set storage extended;
alter table document alter column content set storage extended;
alter table payment_event alter column raw set storage extended;
alter table question alter column bubble set storage extended, alter column choices set storage extended,
    alter column field set storage extended, alter column answer set storage extended;
alter table outbox alter column payload set storage extended, alter column template set storage extended;
alter table request alter column answers set storage extended, alter column detail set storage extended;
alter table conversation alter column session set storage extended;
