-- Every measure summed by population, scope and figure: one row per measure. A new measure is one more name here.
{%- set measures = [
    'base_project_count',
    'total_investment_wan',
    'annual_plan_wan',
    'ytd_investment_wan',
    'planned_ytd_investment_wan',
    'cumulative_investment_wan',
    'funds_ytd_wan',
    'started_or_resumed_count',
    'started_new_count',
    'unconfirmed_start_count',
    'planned_new_year_count',
    'planned_new_due_count',
    'started_due_count',
    'resumed_count',
    'continued_open_count',
    'finished_count',
    'planned_finish_due_count',
    'enterable_count',
    'entered_count',
    'not_entered_count',
    'reported_project_count',
    'carried_project_count',
    'missing_project_count',
] %}
with

projects as (
    select * from {{ ref('int_project_measures') }}
),

populations as (
    select * from {{ ref('int_populations') }}
),

members as (
    select * from {{ ref('int_population_members') }}
),

scope_kinds as (
    select * from {{ ref('scope_kinds') }}
),

names as (
    {%- for measure in measures %}
    select '{{ measure }}' as measure
    {{- "\n    union all" if not loop.last }}
    {%- endfor %}
),

figure_names as (
    select figure from {{ ref('figures') }}
),

scoped as (
    select
        members.population,
        scope_kinds.scope_kind,
        case scope_kinds.scope_kind
            when 'overall' then 'overall'
            when 'level' then projects.level_code
            when 'category' then projects.category_code
            when 'nature' then projects.nature_code
            when 'unit' then projects.unit_id
            when 'region' then projects.region_code
            when 'size_band' then projects.size_band
        end as scope,
        projects.*
    from projects
    inner join members
        on
            projects.plan_id = members.plan_id
            and projects.period = members.period
            and projects.project_id = members.project_id
    cross join scope_kinds
),

summed as (
    select
        plan_id,
        period,
        population,
        scope_kind,
        figure,
        {%- for measure in measures %}
        sum({{ measure }}) as {{ measure }},
        {%- endfor %}
        coalesce(scope, 'unknown') as scope
    from scoped
    group by plan_id, period, population, scope_kind, coalesce(scope, 'unknown'), figure
),

by_measure as (
    select
        summed.plan_id,
        summed.period,
        summed.population,
        summed.scope_kind,
        summed.scope,
        summed.figure,
        names.measure,
        case names.measure
            {%- for measure in measures %}
            when '{{ measure }}' then cast(summed.{{ measure }} as decimal(24, 2))
            {%- endfor %}
        end as amount
    from summed
    cross join names
),

nothing as (  -- a population without a project still has its row: 0 of 0
    select
        populations.plan_id,
        populations.period,
        populations.population,
        'overall' as scope_kind,
        'overall' as scope,
        figure_names.figure,
        names.measure,
        cast(0 as decimal(24, 2)) as amount
    from populations
    cross join figure_names
    cross join names
),

all_amounts as (
    select * from by_measure
    union all
    select * from nothing
)

select
    plan_id,
    period,
    population,
    scope_kind,
    scope,
    figure,
    measure,
    cast(sum(amount) as decimal(24, 2)) as amount
from all_amounts
group by plan_id, period, population, scope_kind, scope, figure, measure
