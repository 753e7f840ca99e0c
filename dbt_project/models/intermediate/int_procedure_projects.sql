-- The projects of the weekly form of procedures, one row each: as accepted, else the first row as reported.
with

periods as (
    select * from {{ ref('int_periods') }}
),

accepted as (
    select * from {{ ref('stg_accepted_procedures') }}
),

reported as (
    select
        *,
        {{ place_among_rows() }} as place
    from {{ ref('stg_reported_procedures') }}
),

keys as (
    select
        plan_id,
        period,
        project_id
    from accepted
    union
    select
        plan_id,
        period,
        project_id
    from reported
)

select
    keys.plan_id,
    keys.period,
    keys.project_id,
    periods.cutoff_date,
    coalesce(accepted.project_code, reported.project_code) as project_code,
    coalesce(accepted.project_name, reported.project_name) as project_name,
    coalesce(accepted.owner_name, reported.owner_name) as owner_name,
    coalesce(accepted.unit_id, reported.unit_id) as unit_id,
    coalesce(accepted.category_code, reported.category_code) as category_code,
    coalesce(accepted.nature_code, reported.nature_code) as nature_code,
    coalesce(accepted.region_code, reported.region_code) as region_code,
    coalesce(accepted.total_investment_wan, reported.total_investment_wan) as total_investment_wan,
    coalesce(accepted.annual_plan_wan, reported.annual_plan_wan) as annual_plan_wan,
    case when accepted.project_id is null then reported.planned_start_date else accepted.planned_start_date end
        as planned_start_date,
    case when accepted.project_id is null then reported.start_actual_date else accepted.start_actual_date end
        as start_actual_date,
    case when accepted.project_id is null then reported.not_needed_reason else accepted.not_needed_reason end
        as not_needed_reason,
    case when accepted.project_id is null then reported.coordination_text else accepted.coordination_text end
        as coordination_text,
    case when accepted.project_id is null then reported.explanation_text else accepted.explanation_text end
        as explanation_text
from keys
inner join periods on keys.plan_id = periods.plan_id and keys.period = periods.period
left join accepted
    on
        keys.plan_id = accepted.plan_id
        and keys.period = accepted.period
        and keys.project_id = accepted.project_id
left join reported
    on
        keys.plan_id = reported.plan_id
        and keys.period = reported.period
        and keys.project_id = reported.project_id
        and reported.place = 1
