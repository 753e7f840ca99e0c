-- The register's tables. Rows are only ever added: every change and every deletion is refused by a trigger, and so is
-- taking an existing number again, which is how INSERT OR REPLACE would slip past the other two.
-- Run within one transaction by register.py.

create table if not exists receipts (
    receipt_id integer primary key,
    plan_id text not null,
    form text,
    period text,
    unit_id text,
    kind text not null check (kind in ('form', 'supplement', 'nil', 'unreadable', 'refused', 'answers')),
    sha256 text not null,
    file_name text not null,
    inbox_path text not null,
    seen_at text not null,
    received_at text not null,
    received_source text not null check (received_source in ('register_sheet', 'folder', 'option', 'seen')),
    sender_unit text,
    stated_unit text,
    stated_period text,
    edition text,
    sheet text,
    recognised_by text,
    problem text,
    same_as integer references receipts (receipt_id)
);
create index if not exists receipts_by_plan on receipts (plan_id, received_at);
create index if not exists receipts_by_path on receipts (inbox_path);

-- Who handed a file in, as a digest: enough to tell a listed contact (联络人) from another, no name.
create table if not exists senders (
    receipt_id integer primary key references receipts (receipt_id),
    person text not null
);

create table if not exists decisions (
    decision_id integer primary key,
    plan_id text not null,
    kind text not null check (
        kind in ('assign', 'withdraw', 'accept', 'waive', 'merge', 'confirm', 'reopen', 'certify')
    ),
    post text not null check (trim(post) <> ''),
    reason text not null check (trim(reason) <> ''),
    subject text not null,
    decided_at text not null,
    ends_at text
);
create index if not exists decisions_by_plan on decisions (plan_id, decided_at);

create table if not exists plan_versions (
    version_id integer primary key,
    plan_id text not null,
    hash text not null,
    text text not null,
    in_force_at text not null,
    recorded_at text not null
);

-- What people were told: one publication per plan and period whose figures changed, holding those that did.
create table if not exists publications (
    publication_id integer primary key,
    plan_id text not null,
    period text not null,
    release text not null,
    published_at text not null
);
create index if not exists publications_by_plan on publications (plan_id, period, published_at);

create table if not exists published_figures (
    figure_id integer primary key,
    publication_id integer not null references publications (publication_id),
    population text not null,
    scope_kind text not null,
    scope text not null,
    metric text not null,
    is_shown integer not null check (is_shown in (0, 1)),
    numerator text,
    denominator text,
    value text
);
create index if not exists published_figures_by_publication on published_figures (publication_id);

-- Releases that a post has signed (签发). A row is the one thing that makes a release certified: it is added last, when the
-- manifest and every issued document lie in the archive under their hashes. The marks say how far the register went.
create table if not exists seals (
    seal_id integer primary key,
    plan_id text not null,
    period text not null,
    number integer not null,
    release text not null,
    known_at text not null,
    sealed_at text not null,
    decision_id integer not null references decisions (decision_id),
    publication_id integer,
    manifest_sha256 text not null,
    unique (plan_id, period, number)
);

create table if not exists sealed_documents (
    document_id integer primary key,
    seal_id integer not null references seals (seal_id),
    name text not null,
    sha256 text not null
);

create trigger if not exists receipts_keep before update on receipts
begin select raise(abort, 'receipts are never changed'); end;
create trigger if not exists receipts_stay before delete on receipts
begin select raise(abort, 'receipts are never deleted'); end;
create trigger if not exists receipts_new before insert on receipts
when exists (select 1 from receipts where receipt_id = new.receipt_id)
begin select raise(abort, 'receipts are never replaced'); end;

create trigger if not exists senders_keep before update on senders
begin select raise(abort, 'senders are never changed'); end;
create trigger if not exists senders_stay before delete on senders
begin select raise(abort, 'senders are never deleted'); end;
create trigger if not exists senders_new before insert on senders
when exists (select 1 from senders where receipt_id = new.receipt_id)
begin select raise(abort, 'senders are never replaced'); end;

create trigger if not exists decisions_keep before update on decisions
begin select raise(abort, 'decisions are never changed'); end;
create trigger if not exists decisions_stay before delete on decisions
begin select raise(abort, 'decisions are never deleted'); end;
create trigger if not exists decisions_new before insert on decisions
when exists (select 1 from decisions where decision_id = new.decision_id)
begin select raise(abort, 'decisions are never replaced'); end;

create trigger if not exists plan_versions_keep before update on plan_versions
begin select raise(abort, 'plan versions are never changed'); end;
create trigger if not exists plan_versions_stay before delete on plan_versions
begin select raise(abort, 'plan versions are never deleted'); end;
create trigger if not exists plan_versions_new before insert on plan_versions
when exists (select 1 from plan_versions where version_id = new.version_id)
begin select raise(abort, 'plan versions are never replaced'); end;

create trigger if not exists publications_keep before update on publications
begin select raise(abort, 'publications are never changed'); end;
create trigger if not exists publications_stay before delete on publications
begin select raise(abort, 'publications are never deleted'); end;
create trigger if not exists publications_new before insert on publications
when exists (select 1 from publications where publication_id = new.publication_id)
begin select raise(abort, 'publications are never replaced'); end;

create trigger if not exists published_figures_keep before update on published_figures
begin select raise(abort, 'published figures are never changed'); end;
create trigger if not exists published_figures_stay before delete on published_figures
begin select raise(abort, 'published figures are never deleted'); end;
create trigger if not exists published_figures_new before insert on published_figures
when exists (select 1 from published_figures where figure_id = new.figure_id)
begin select raise(abort, 'published figures are never replaced'); end;

create trigger if not exists seals_keep before update on seals
begin select raise(abort, 'seals are never changed'); end;
create trigger if not exists seals_stay before delete on seals
begin select raise(abort, 'seals are never deleted'); end;
create trigger if not exists seals_new before insert on seals
when exists (
    select 1 from seals
    where seal_id = new.seal_id or (plan_id = new.plan_id and period = new.period and number = new.number)
)
begin select raise(abort, 'seals are never replaced'); end;

create trigger if not exists sealed_documents_keep before update on sealed_documents
begin select raise(abort, 'sealed documents are never changed'); end;
create trigger if not exists sealed_documents_stay before delete on sealed_documents
begin select raise(abort, 'sealed documents are never deleted'); end;
create trigger if not exists sealed_documents_new before insert on sealed_documents
when exists (select 1 from sealed_documents where document_id = new.document_id)
begin select raise(abort, 'sealed documents are never replaced'); end;

pragma user_version = 4;
