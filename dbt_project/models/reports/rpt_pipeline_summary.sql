-- The pipeline by unit, category and every other scope: one row per population and scope, the metrics side by side.
with

metrics as (
    select metrics.*
    from {{ ref('fct_metric') }} as metrics
    inner join {{ ref('dim_metric') }} as definitions on metrics.metric = definitions.metric
    where definitions.form = 'pipeline'
)

select
    plan_id,
    period,
    population,
    scope_kind,
    scope,
    max(scope_name) as scope_name,
    max(cutoff_date) as cutoff_date,
    {%- for figure, prefix in [('value', ''), ('reported_value', 'reported_')] %}
    cast(max(case when metric = 'pipeline_count' then {{ figure }} end) as integer) as {{ prefix }}project_count,
    cast(max(case when metric = 'pipeline_total_investment' then {{ figure }} end) as decimal(24, 2))
        as {{ prefix }}total_investment_wan,
    cast(max(case when metric = 'pipeline_annual_plan' then {{ figure }} end) as decimal(24, 2))
        as {{ prefix }}annual_plan_wan,
    cast(max(case when metric = 'pipeline_industry_share' then {{ figure }} end) as decimal(12, 6))
        as {{ prefix }}industry_plan_rate,
    cast(max(case when metric = 'pipeline_industry_total_share' then {{ figure }} end) as decimal(12, 6))
        as {{ prefix }}industry_total_rate,
    cast(max(case when metric = 'reserve_multiple' then {{ figure }} end) as decimal(12, 6))
        as {{ prefix }}reserve_multiple,
    {%- endfor %}
    cast(max(case when metric = 'pipeline_count' then previous_restated end) as integer) as previous_project_count,
    max(reported_projects) as reported_projects,
    max(carried_projects) as carried_projects,
    max(missing_projects) as missing_projects
from metrics
group by plan_id, period, population, scope_kind, scope
