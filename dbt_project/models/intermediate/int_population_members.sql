-- Which projects of the base stand in which population. A level or category the plan leaves out is not a limit.
with

projects as (
    select * from {{ ref('int_project_measures') }}
    where figure = 'accepted'
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
    populations.population,
    projects.project_id
from projects
inner join populations
    on
        projects.plan_id = populations.plan_id
        and projects.period = populations.period
        and (populations.level_code is null or projects.level_code = populations.level_code)
        and (populations.category_code is null or projects.category_code = populations.category_code)
union
select
    projects.plan_id,
    projects.period,
    standing.population,
    projects.project_id
from projects
cross join standing
