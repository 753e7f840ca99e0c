-- Projects of the base that are neither started nor resumed at the cutoff, on the accepted figures.
with

projects as (
    select * from {{ ref('fct_investment') }}
    where is_in_base and not is_started_or_resumed
),

units as (
    select * from {{ ref('dim_unit') }}
)

select
    projects.plan_id,
    projects.period,
    projects.project_id,
    projects.project_name,
    projects.owner_name,
    projects.unit_id,
    units.unit_name,
    projects.cutoff_date,
    projects.planned_start_date,
    projects.start_actual_date,
    projects.level_code,
    projects.category_code,
    projects.nature_code,
    projects.counts_as,
    projects.status_code,
    projects.total_investment_wan,
    projects.annual_plan_wan,
    projects.ytd_investment_wan,
    cast(
        case
            when projects.counts_as = 'new' and projects.planned_start_date <= projects.cutoff_date
                then {{ days_between('projects.planned_start_date', 'projects.cutoff_date') }}
        end as integer
    ) as days_overdue,
    projects.problem_text,
    projects.is_start_unconfirmed,
    projects.reported_is_started_or_resumed,
    projects.is_carried_forward,
    projects.is_missing
from projects
left join units on projects.plan_id = units.plan_id and projects.unit_id = units.unit_id
