-- A target whose metric is computed has a verdict in its own period, even when another stands on the same key.
{{ config(meta={'dagster': {'ref': {'name': 'fct_target_verdict'}}}) }}
select
    targets.plan_id,
    targets.target_id
from {{ ref('dim_target') }} as targets
inner join {{ ref('dim_metric') }} as metrics on targets.metric = metrics.metric
inner join {{ ref('dim_period') }} as periods
    on targets.plan_id = periods.plan_id and targets.judged_period = periods.period
left join {{ ref('fct_target_verdict') }} as verdicts
    on
        targets.plan_id = verdicts.plan_id
        and targets.judged_period = verdicts.period
        and targets.target_id = verdicts.target_id
where
    metrics.is_computed
    and targets.scope_kind = 'overall'
    and verdicts.target_id is null
