-- A target whose metric is computed has a verdict in its own period, even when another stands on the same key; one
-- without a period of its own in every period in which its metric's form is filed.
{{ config(meta={'dagster': {'ref': {'name': 'fct_target_verdict'}}}) }}
select
    targets.plan_id,
    targets.target_id,
    periods.period
from {{ ref('stg_targets') }} as targets
inner join {{ ref('dim_metric') }} as metrics on targets.metric = metrics.metric
inner join {{ ref('dim_period') }} as periods
    on
        targets.plan_id = periods.plan_id
        and targets.period = periods.period
        and coalesce(targets.judged_period, targets.period) = periods.period
left join {{ ref('int_period_forms') }} as forms
    on
        targets.plan_id = forms.plan_id
        and targets.period = forms.period
        and metrics.form = forms.form
left join {{ ref('fct_target_verdict') }} as verdicts
    on
        targets.plan_id = verdicts.plan_id
        and targets.period = verdicts.period
        and targets.target_id = verdicts.target_id
where
    metrics.is_computed
    and coalesce(targets.scope_kind, 'overall') = 'overall'
    and (forms.form is not null or metrics.form = 'reporting')
    and verdicts.target_id is null
