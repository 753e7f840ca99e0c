-- One row per plan, period, project, kind of fund and figure. Only kinds that count are summed: social capital
-- (社会资本) stands aside. As reported, a fund sent in twice counts its money twice.
with

periods as (
    select * from {{ ref('int_periods') }}
),

accepted as (
    select * from {{ ref('stg_accepted_funds') }}
),

reported as (
    select * from {{ ref('stg_reported_funds') }}
),

kinds as (
    select
        code,
        counts_as
    from {{ ref('codes') }}
    where list = 'fund_kinds'
),

figure_names as (
    select figure from {{ ref('figures') }}
),

stated as (
    select
        'accepted' as figure,
        plan_id,
        period,
        project_id,
        coalesce(fund_kind, 'unknown') as fund_kind,
        min(unit_id) as unit_id,
        sum(cast(secured_wan as decimal(18, 2))) as secured_wan,
        max(case when is_carried_forward then 1 else 0 end) as carried
    from accepted
    group by plan_id, period, project_id, coalesce(fund_kind, 'unknown')
    union all
    select
        'reported' as figure,
        plan_id,
        period,
        project_id,
        coalesce(fund_kind, 'unknown') as fund_kind,
        min(unit_id) as unit_id,
        sum(cast(secured_wan as decimal(18, 2))) as secured_wan,
        0 as carried
    from reported
    group by plan_id, period, project_id, coalesce(fund_kind, 'unknown')
),

keys as (  -- a fund counts where it is accepted, else where it was reported
    select
        plan_id,
        period,
        project_id,
        fund_kind,
        coalesce(max(case when figure = 'accepted' then unit_id end), min(unit_id)) as unit_id
    from stated
    group by plan_id, period, project_id, fund_kind
)

select
    keys.plan_id,
    keys.period,
    keys.project_id,
    keys.fund_kind,
    figure_names.figure,
    keys.unit_id,
    case when kinds.counts_as = 'counted' then coalesce(cast(stated.secured_wan as decimal(18, 2)), 0) else 0 end
        as fund_secured_wan,
    stated.project_id is not null as is_present,
    coalesce(stated.carried = 1, false) as is_carried_forward
from keys
inner join periods on keys.plan_id = periods.plan_id and keys.period = periods.period
cross join figure_names
left join stated
    on
        keys.plan_id = stated.plan_id
        and keys.period = stated.period
        and keys.project_id = stated.project_id
        and keys.fund_kind = stated.fund_kind
        and figure_names.figure = stated.figure
left join kinds on keys.fund_kind = kinds.code
