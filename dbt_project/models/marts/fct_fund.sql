-- One row per plan, period, project and kind of fund: as accepted and, with reported_ before it, as reported.
with

periods as (
    select * from {{ ref('int_periods') }}
),

accepted as (
    select
        *,
        coalesce(fund_kind, 'unknown') as kind
    from {{ ref('stg_accepted_funds') }}
),

reported as (
    select
        *,
        coalesce(fund_kind, 'unknown') as kind,
        {{ place_among_rows(["coalesce(fund_kind, 'unknown')"]) }} as place
    from {{ ref('stg_reported_funds') }}
),

reported_amounts as (
    select
        plan_id,
        period,
        project_id,
        kind,
        sum(cast(applied_wan as decimal(18, 2))) as applied_wan,
        sum(cast(secured_wan as decimal(18, 2))) as secured_wan,
        count(*) as row_count
    from reported
    group by plan_id, period, project_id, kind
),

keys as (
    select * from {{ ref('int_fund_measures') }}
    where figure = 'accepted'
),

kinds as (
    select
        code,
        counts_as
    from {{ ref('codes') }}
    where list = 'fund_kinds'
)

select
    keys.plan_id,
    keys.period,
    keys.project_id,
    keys.fund_kind,
    coalesce(accepted.project_code, reported.project_code) as project_code,
    coalesce(accepted.project_name, reported.project_name) as project_name,
    coalesce(accepted.owner_name, reported.owner_name) as owner_name,
    keys.unit_id,
    periods.cutoff_date,
    accepted.secured_date,
    reported.secured_date as reported_secured_date,
    cast(accepted.applied_wan as decimal(18, 2)) as applied_wan,
    cast(reported_amounts.applied_wan as decimal(18, 2)) as reported_applied_wan,
    cast(accepted.secured_wan as decimal(18, 2)) as secured_wan,
    cast(reported_amounts.secured_wan as decimal(18, 2)) as reported_secured_wan,
    accepted.document_number,
    accepted.remark_text,
    accepted.explanation_text,
    coalesce(kinds.counts_as = 'counted', false) as is_counted,
    coalesce(accepted.is_carried_forward, false) as is_carried_forward,
    accepted.carried_from,
    not keys.is_present as is_missing,
    accepted.submission_id,
    accepted.sheet,
    accepted.row as source_row,
    accepted.decision_id,
    reported.submission_id as reported_submission_id,
    reported.sheet as reported_sheet,
    reported.row as reported_source_row,
    cast(coalesce(reported_amounts.row_count, 0) as integer) as reported_row_count
from keys
inner join periods on keys.plan_id = periods.plan_id and keys.period = periods.period
left join accepted
    on
        keys.plan_id = accepted.plan_id
        and keys.period = accepted.period
        and keys.project_id = accepted.project_id
        and keys.fund_kind = accepted.kind
left join reported
    on
        keys.plan_id = reported.plan_id
        and keys.period = reported.period
        and keys.project_id = reported.project_id
        and keys.fund_kind = reported.kind
        and reported.place = 1
left join reported_amounts
    on
        keys.plan_id = reported_amounts.plan_id
        and keys.period = reported_amounts.period
        and keys.project_id = reported_amounts.project_id
        and keys.fund_kind = reported_amounts.kind
left join kinds on keys.fund_kind = kinds.code
