-- A numerator or denominator misspelt in metrics.csv would leave a metric without rows or without a denominator.
{{ config(meta={'dagster': {'ref': {'name': 'fct_metric'}}}) }}
with

shown as (
    select
        metric,
        count(*) as row_count,
        count(denominator) as denominator_count
    from {{ ref('fct_metric') }}
    group by metric
)

select metrics.metric
from {{ ref('dim_metric') }} as metrics
left join shown on metrics.metric = shown.metric
where
    metrics.is_computed
    and exists (
        select 1 from {{ ref('int_period_forms') }} as forms
        where forms.form = metrics.form or metrics.form = 'reporting'
    )
    and (
        shown.metric is null
        or shown.denominator_count <> (case when metrics.denominator is null then 0 else shown.row_count end)
    )
