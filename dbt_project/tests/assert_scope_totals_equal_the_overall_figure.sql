-- Every scope kind divides the same projects: its parts add up to the overall numerator, in both figures.
-- A project of many procedures is one project in each of them: projects divided by procedure do not add up.
{{ config(meta={'dagster': {'ref': {'name': 'fct_metric'}}}) }}
with

parts as (
    select
        plan_id,
        period,
        population,
        scope_kind,
        metric,
        sum(numerator) as numerator,
        sum(reported_numerator) as reported_numerator
    from {{ ref('fct_metric') }}
    where
        scope_kind <> 'overall'
        and not (
            metric = 'all_procedures_done_rate'
            and scope_kind in ('procedure', 'handling_level', 'approving_unit')
        )
    group by plan_id, period, population, scope_kind, metric
)

select
    parts.plan_id,
    parts.period,
    parts.population,
    parts.scope_kind,
    parts.metric,
    parts.numerator as added_up,
    overall.numerator as stated
from parts
inner join {{ ref('fct_metric') }} as overall
    on
        parts.plan_id = overall.plan_id
        and parts.period = overall.period
        and parts.population = overall.population
        and parts.metric = overall.metric
        and overall.scope_kind = 'overall'
where
    parts.numerator <> overall.numerator
    or parts.reported_numerator <> overall.reported_numerator
