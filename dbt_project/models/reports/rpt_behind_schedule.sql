-- Projects behind the benchmark at the cutoff, on the accepted figures; the plan's own threshold is rule T01's.
with

projects as (
    select * from {{ ref('fct_investment') }}
    where is_in_base and not is_finished and annual_plan_wan > 0
),

periods as (
    select * from {{ ref('dim_period') }}
),

units as (
    select * from {{ ref('dim_unit') }}
),

behind_states as (
    select distinct
        plan_id,
        period,
        project_id
    from {{ ref('fct_finding') }}
    where rule_id like 'T01%' and outcome = 'failed' and is_effective
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
    projects.level_code,
    projects.category_code,
    projects.nature_code,
    projects.status_code,
    projects.total_investment_wan,
    projects.annual_plan_wan,
    projects.ytd_investment_wan,
    projects.annual_completion_rate,
    projects.reported_annual_completion_rate,
    periods.benchmark,
    periods.benchmark_name,
    projects.benchmark_gap,
    projects.image_progress,
    projects.problem_text,
    behind_states.project_id is not null as is_beyond_threshold,
    projects.is_carried_forward,
    projects.is_missing
from projects
inner join periods on projects.plan_id = periods.plan_id and projects.period = periods.period
left join units on projects.plan_id = units.plan_id and projects.unit_id = units.unit_id
left join behind_states
    on
        projects.plan_id = behind_states.plan_id
        and projects.period = behind_states.period
        and projects.project_id = behind_states.project_id
where projects.benchmark_gap < 0
