-- The projects of the monthly form as contributors: where each counts, what the list says of it, which row it rests on.
with

projects as (
    select * from {{ ref('fct_investment') }}
),

lists as (
    select * from {{ ref('stg_project_list') }}
),

measures as (
    select * from {{ ref('int_project_measures') }}
    where figure = 'accepted'
),

submissions as (
    select * from {{ ref('stg_submissions') }}
),

populations as (
    select
        plan_id,
        period,
        project_id,
        string_agg(population, '|' order by population) as populations
    from {{ ref('int_population_members') }}
    where form = 'monthly_dispatch'
    group by plan_id, period, project_id
),

versions as (
    select distinct
        plan_id,
        submission_id,
        version
    from submissions
)

select
    projects.plan_id,
    projects.period,
    'project' as subject_kind,
    projects.project_id as subject_id,
    '' as part,
    projects.project_name as subject_name,
    measures.project_id is not null as is_counted,
    projects.unit_id,
    projects.level_code,
    projects.category_code,
    projects.nature_code,
    projects.region_code,
    measures.size_band,
    populations.populations,
    projects.list_version,
    lists.change_kind,
    lists.change_document,
    projects.total_investment_wan,
    projects.annual_plan_wan,
    projects.planned_start_date,
    projects.planned_finish_date,
    projects.is_carried_forward,
    projects.carried_from,
    projects.decision_id,
    projects.submission_id,
    versions.version,
    projects.sheet,
    projects.source_row,
    projects.reported_submission_id,
    projects.reported_sheet,
    projects.reported_source_row
from projects
left join lists
    on
        projects.plan_id = lists.plan_id
        and projects.period = lists.period
        and projects.project_id = lists.project_id
left join measures
    on
        projects.plan_id = measures.plan_id
        and projects.period = measures.period
        and projects.project_id = measures.project_id
left join populations
    on
        projects.plan_id = populations.plan_id
        and projects.period = populations.period
        and projects.project_id = populations.project_id
left join versions on projects.plan_id = versions.plan_id and projects.submission_id = versions.submission_id
