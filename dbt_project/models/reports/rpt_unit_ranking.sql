-- Units by completion of the annual plan against the benchmark, then by amount, then by who reported first.
-- A rank is never shown without the target and the benchmark; units with fewer than three projects are marked.
with

metrics as (
    select * from {{ ref('fct_metric') }}
),

summary as (
    select
        plan_id,
        period,
        population,
        scope as unit_id,
        max(scope_name) as unit_name,
        max(cutoff_date) as cutoff_date,
        cast(max(case when metric = 'project_count' then value end) as integer) as project_count,
        cast(max(case when metric = 'annual_plan' then value end) as decimal(24, 2)) as annual_plan_wan,
        cast(max(case when metric = 'ytd_investment' then value end) as decimal(24, 2)) as ytd_investment_wan,
        cast(max(case when metric = 'ytd_investment' then reported_value end) as decimal(24, 2))
            as reported_ytd_investment_wan,
        cast(max(case when metric = 'annual_completion_rate' then value end) as decimal(12, 6))
            as annual_completion_rate,
        cast(max(case when metric = 'annual_completion_rate' then reported_value end) as decimal(12, 6))
            as reported_annual_completion_rate,
        max(case when metric = 'annual_completion_rate' then benchmark_gap end) as benchmark_gap,
        cast(max(case when metric = 'start_resume_rate' then value end) as decimal(12, 6)) as start_resume_rate,
        cast(max(case when metric = 'start_resume_rate' then reported_value end) as decimal(12, 6))
            as reported_start_resume_rate,
        max(reported_projects) as reported_projects,
        max(carried_projects) as carried_projects,
        max(missing_projects) as missing_projects
    from metrics
    where scope_kind = 'unit'
    group by plan_id, period, population, scope
    -- a unit that reports but has no project is not ranked
    having max(case when metric = 'project_count' then value end) > 0
),

units as (
    select * from {{ ref('dim_unit') }}
),

submissions as (
    select * from {{ ref('fct_submission') }}
    where form = 'monthly_dispatch'
),

targets as (
    select * from metrics
    where scope_kind = 'overall' and metric = 'annual_completion_rate'
)

select
    summary.plan_id,
    summary.period,
    summary.population,
    summary.unit_id,
    cast(row_number() over (
        partition by summary.plan_id, summary.period, summary.population
        order by
            summary.annual_completion_rate desc nulls last,
            summary.ytd_investment_wan desc,
            submissions.received_at asc nulls last,
            summary.unit_id asc
    ) as integer) as unit_rank,
    summary.unit_name,
    units.unit_kind,
    summary.cutoff_date,
    summary.project_count,
    summary.annual_plan_wan,
    summary.ytd_investment_wan,
    summary.reported_ytd_investment_wan,
    summary.annual_completion_rate,
    summary.reported_annual_completion_rate,
    targets.target,
    targets.benchmark,
    summary.benchmark_gap,
    summary.start_resume_rate,
    summary.reported_start_resume_rate,
    submissions.status,
    submissions.received_at,
    coalesce(submissions.errors, 0) as errors,
    coalesce(submissions.unanswered, 0) as unanswered,
    summary.reported_projects,
    summary.carried_projects,
    summary.missing_projects,
    summary.project_count < 3 as is_few_projects
from summary
left join units on summary.plan_id = units.plan_id and summary.unit_id = units.unit_id
left join submissions
    on
        summary.plan_id = submissions.plan_id
        and summary.period = submissions.period
        and summary.unit_id = submissions.unit_id
left join targets
    on
        summary.plan_id = targets.plan_id
        and summary.period = targets.period
        and summary.population = targets.population
