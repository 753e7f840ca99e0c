-- The general table (总表): one row per population and scope, the metrics side by side.
{%- set amounts = {
    'total_investment': 'total_investment_wan',
    'annual_plan': 'annual_plan_wan',
    'ytd_investment': 'ytd_investment_wan',
    'cumulative_investment': 'cumulative_investment_wan',
} -%}
{%- set rates = [
    'annual_completion_rate',
    'total_completion_rate',
    'start_resume_rate',
    'start_rate',
    'on_time_start_rate',
    'resume_rate',
    'finish_rate',
    'statistics_entry_rate',
    'fund_arrival_rate',
] -%}
{%- set compared = {
    'ytd_investment': ('ytd_investment_wan', 'decimal(24, 2)'),
    'start_resume_rate': ('start_resume_rate', 'decimal(12, 6)'),
    'annual_completion_rate': ('annual_completion_rate', 'decimal(12, 6)'),
} %}
with

metrics as (
    select metrics.*
    from {{ ref('fct_metric') }} as metrics
    inner join {{ ref('dim_metric') }} as definitions on metrics.metric = definitions.metric
    where definitions.form = 'monthly_dispatch'
)

select
    plan_id,
    period,
    population,
    scope_kind,
    scope,
    max(scope_name) as scope_name,
    max(cutoff_date) as cutoff_date,
    max(list_version) as list_version,
    cast(max(case when metric = 'project_count' then value end) as integer) as project_count,
    {%- for metric, column in amounts.items() %}
    cast(max(case when metric = '{{ metric }}' then value end) as decimal(24, 2)) as {{ column }},
    {%- endfor %}
    cast(max(case when metric = 'ytd_investment' then reported_value end) as decimal(24, 2))
        as reported_ytd_investment_wan,
    {%- for metric in rates %}
    cast(max(case when metric = '{{ metric }}' then value end) as decimal(12, 6)) as {{ metric }},
    cast(max(case when metric = '{{ metric }}' then reported_value end) as decimal(12, 6)) as reported_{{ metric }},
    {%- endfor %}
    max(case when metric = 'annual_completion_rate' then benchmark_gap end) as benchmark_gap,
    {%- for metric, (column, type) in compared.items() %}
    {%- for previous in ('previous_published', 'previous_restated') %}
    cast(max(case when metric = '{{ metric }}' then {{ previous }} end) as {{ type }}) as {{ previous }}_{{ column }},
    {%- endfor %}
    {%- endfor %}
    cast(max(case when metric = 'started_not_entered_count' then value end) as integer) as started_not_entered_count,
    max(reported_projects) as reported_projects,
    max(carried_projects) as carried_projects,
    max(missing_projects) as missing_projects
from metrics
group by plan_id, period, population, scope_kind, scope
