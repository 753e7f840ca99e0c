-- Which projects of a form stand in which of its populations. A level or category the plan leaves out is not a limit;
-- the weekly forms say nothing of the level.
with

monthly_projects as (
    select
        plan_id,
        period,
        'monthly_dispatch' as form,
        project_id,
        level_code,
        category_code
    from {{ ref('int_project_measures') }}
    where figure = 'accepted'
),

procedure_projects as (
    select
        plan_id,
        period,
        'procedures' as form,
        project_id,
        cast(null as varchar) as level_code,
        category_code
    from {{ ref('int_procedure_projects') }}
),

pipeline_projects as (
    select
        plan_id,
        period,
        'pipeline' as form,
        project_id,
        cast(null as varchar) as level_code,
        category_code
    from {{ ref('int_pipeline_measures') }}
    where figure = 'accepted'
),

fund_projects as (
    select distinct
        plan_id,
        period,
        'funds' as form,
        project_id,
        cast(null as varchar) as level_code,
        cast(null as varchar) as category_code
    from {{ ref('int_fund_measures') }}
    where figure = 'accepted'
),

projects as (
    select * from monthly_projects
    union all
    select * from procedure_projects
    union all
    select * from pipeline_projects
    union all
    select * from fund_projects
),

populations as (
    select * from {{ ref('stg_populations') }}
),

standing as (
    select * from {{ ref('standing_populations') }}
)

select
    projects.plan_id,
    projects.period,
    projects.form,
    populations.population,
    projects.project_id
from projects
inner join populations
    on
        projects.plan_id = populations.plan_id
        and projects.period = populations.period
        and projects.form = coalesce(populations.form, 'monthly_dispatch')
        and (populations.level_code is null or projects.level_code = populations.level_code)
        and (populations.category_code is null or projects.category_code = populations.category_code)
union
select
    projects.plan_id,
    projects.period,
    projects.form,
    standing.population,
    projects.project_id
from projects
cross join standing
