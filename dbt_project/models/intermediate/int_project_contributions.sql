-- What each project of the base puts into each measure of the monthly form, by figure; what is nothing is left out.
-- rests_on says what a measure can change by: the list (what was planned), the report (what was done), or both.
{%- set measures = {
    'base_project_count': 'list',
    'total_investment_wan': 'list',
    'annual_plan_wan': 'list',
    'planned_new_year_count': 'list',
    'planned_new_due_count': 'list',
    'planned_finish_due_count': 'list',
    'ytd_investment_wan': 'report',
    'cumulative_investment_wan': 'report',
    'funds_ytd_wan': 'report',
    'reported_project_count': 'report',
    'carried_project_count': 'report',
    'missing_project_count': 'report',
    'industry_ytd_investment_wan': 'both',
    'planned_ytd_investment_wan': 'both',
    'started_or_resumed_count': 'both',
    'started_new_count': 'both',
    'unconfirmed_start_count': 'both',
    'started_due_count': 'both',
    'resumed_count': 'both',
    'continued_open_count': 'both',
    'finished_count': 'both',
    'enterable_count': 'both',
    'entered_count': 'both',
    'not_entered_count': 'both',
} %}
with

projects as (
    select * from {{ ref('int_project_measures') }}
),

names as (
    {%- for measure, rests_on in measures.items() %}
    select
        '{{ measure }}' as measure,
        '{{ rests_on }}' as rests_on
    {{- "\n    union all" if not loop.last }}
    {%- endfor %}
),

by_measure as (
    select
        projects.plan_id,
        projects.period,
        projects.project_id,
        projects.figure,
        names.measure,
        names.rests_on,
        case names.measure
            {%- for measure in measures %}
            when '{{ measure }}' then cast(projects.{{ measure }} as decimal(24, 2))
            {%- endfor %}
        end as amount
    from projects
    cross join names
)

select
    plan_id,
    period,
    'project' as subject_kind,
    project_id as subject_id,
    '' as part,
    measure,
    figure,
    rests_on,
    amount
from by_measure
where amount <> 0
