-- What a reader adds up in fct_investment is what fct_metric says; every project is reported, carried or missing.
{{ config(meta={'dagster': {'ref': {'name': 'fct_metric'}}}) }}
with

projects as (
    select
        plan_id,
        period,
        count(*) as project_count,
        coalesce(sum(ytd_investment_wan), 0) as ytd_investment_wan,
        coalesce(sum(reported_ytd_investment_wan), 0) as reported_ytd_investment_wan,
        count(case when is_missing then 1 end) as missing_projects,
        count(case when is_carried_forward then 1 end) as carried_projects
    from {{ ref('fct_investment') }}
    where is_in_base
    group by plan_id, period
)

select
    metrics.plan_id,
    metrics.period,
    metrics.metric
from {{ ref('fct_metric') }} as metrics
inner join projects on metrics.plan_id = projects.plan_id and metrics.period = projects.period
where
    metrics.population = 'all'
    and metrics.scope_kind = 'overall'
    and (
        metrics.missing_projects <> projects.missing_projects
        or metrics.carried_projects <> projects.carried_projects
        or metrics.reported_projects + metrics.carried_projects + metrics.missing_projects <> projects.project_count
        or (metrics.metric = 'project_count' and metrics.numerator <> projects.project_count)
        or (metrics.metric = 'ytd_investment' and metrics.numerator <> projects.ytd_investment_wan)
        or (metrics.metric = 'ytd_investment' and metrics.reported_numerator <> projects.reported_ytd_investment_wan)
    )
