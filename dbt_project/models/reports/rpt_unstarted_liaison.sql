-- Unstarted new projects of the plan's headline population: each needs a post assigned to it (专人对接). Who that is
-- is written on the paper by hand and never kept here.
with

projects as (
    select * from {{ ref('rpt_unstarted_projects') }}
    where counts_as = 'new'
),

headlines as (
    select * from {{ ref('dim_population') }}
    where is_headline
),

members as (
    select * from {{ ref('int_population_members') }}
    where form = 'monthly_dispatch'
),

facts as (
    select * from {{ ref('fct_investment') }}
),

codes as (
    select * from {{ ref('codes') }}
    where list = 'project_levels'
)

select
    projects.plan_id,
    projects.period,
    projects.project_id,
    facts.project_code,
    projects.project_name,
    projects.owner_name,
    projects.unit_id,
    projects.unit_name,
    projects.cutoff_date,
    projects.planned_start_date,
    projects.start_actual_date,
    projects.level_code,
    codes.label_zh as level_name,
    projects.category_code,
    projects.total_investment_wan,
    projects.annual_plan_wan,
    projects.days_overdue,
    projects.problem_text,
    facts.explanation_text,
    projects.is_start_unconfirmed,
    projects.is_carried_forward,
    projects.is_missing
from projects
inner join headlines on projects.plan_id = headlines.plan_id
inner join members
    on
        projects.plan_id = members.plan_id
        and projects.period = members.period
        and projects.project_id = members.project_id
        and headlines.population = members.population
inner join facts
    on
        projects.plan_id = facts.plan_id
        and projects.period = facts.period
        and projects.project_id = facts.project_id
left join codes on projects.level_code = codes.code
