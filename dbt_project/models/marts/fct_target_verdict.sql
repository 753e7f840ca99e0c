-- One row per target and period that judges it. A target with a period of its own is judged in that one and, where its
-- cutoff falls short of the target's date, in the first later report of the same year whose cutoff covers it. A target
-- without one is judged in every period of its series. About (左右) is reached by all but the plan's margin.
with

periods as (
    select * from {{ ref('int_periods') }}
),

targets as (
    select
        *,
        coalesce(scope_kind, 'overall') as kind,
        case when coalesce(scope_kind, 'overall') = 'overall' then 'overall' else scope end as place
    from {{ ref('stg_targets') }}
),

figures as (
    select * from {{ ref('int_metric_values') }}
),

covering_periods as (
    select
        targets.plan_id,
        targets.target_id,
        min(periods.period) as period
    from targets
    inner join periods
        on
            targets.plan_id = periods.plan_id
            and targets.period = periods.period
            and targets.judged_period < periods.period
            and length(targets.judged_period) = length(periods.period)  -- of the same series
            and targets.target_date <= periods.cutoff_date
            and extract(year from targets.target_date) = extract(year from periods.cutoff_date)
    group by targets.plan_id, targets.target_id
),

own_periods as (
    select
        periods.plan_id,
        targets.target_id,
        periods.cutoff_date >= targets.target_date as is_covered
    from targets
    inner join periods
        on
            targets.plan_id = periods.plan_id
            and targets.period = periods.period
            and targets.judged_period = periods.period
),

judged as (
    select
        targets.plan_id,
        targets.period,
        targets.target_id,
        targets.metric,
        targets.population,
        targets.kind as scope_kind,
        targets.place as scope,
        targets.judged_period,
        periods.cutoff_date,
        targets.target_date,
        targets.comparison,
        targets.word,
        targets.stretch_word,
        figures.unit,
        figures.is_ratio,
        figures.numerator,
        figures.denominator,
        figures.value,
        figures.reported_value,
        targets.threshold,
        targets.stretch,
        targets.source_zh,
        coalesce(targets.judged_period = targets.period, true) as is_own_period,
        case
            when targets.comparison <> 'about' then targets.threshold
            else cast(targets.threshold * (1 - targets.about_within) as decimal(18, 6))
        end as reached_from,
        case when figures.is_ratio then figures.denominator else 1 end as divisor
    from targets
    inner join periods on targets.plan_id = periods.plan_id and targets.period = periods.period
    inner join figures
        on
            targets.plan_id = figures.plan_id
            and targets.period = figures.period
            and targets.population = figures.population
            and targets.kind = figures.scope_kind
            and targets.place = figures.scope
            and targets.metric = figures.metric
    left join own_periods on targets.plan_id = own_periods.plan_id and targets.target_id = own_periods.target_id
    left join covering_periods
        on
            targets.plan_id = covering_periods.plan_id
            and targets.target_id = covering_periods.target_id
            and targets.period = covering_periods.period
    where
        coalesce(targets.judged_period, targets.period) = targets.period
        or (covering_periods.period is not null and not coalesce(own_periods.is_covered, false))
),

compared as (
    select
        *,
        case
            when reached_from is null or coalesce(divisor, 0) = 0 then 'no_target'
            when {{ meets_target('numerator', 'stretch', 'divisor') }} then 'stretch'
            when {{ meets_target('numerator', 'reached_from', 'divisor') }} then 'met'
            else 'missed'
        end as cutoff_verdict
    from judged
)

select
    plan_id,
    period,
    target_id,
    metric,
    population,
    scope_kind,
    scope,
    judged_period,
    cutoff_date,
    target_date,
    comparison,
    word,
    stretch_word,
    unit,
    numerator,
    denominator,
    value,
    reported_value,
    threshold as target,
    stretch,
    case when comparison = 'about' then reached_from end as about_from,
    cast(
        case
            when is_ratio then {{ rate('numerator - threshold * denominator', 'denominator') }}
            else numerator - threshold
        end as decimal(28, 6)
    ) as gap,
    cutoff_verdict,
    case
        when cutoff_verdict = 'no_target' or cutoff_date >= target_date then cutoff_verdict
        when not is_ratio and cutoff_verdict in ('met', 'stretch') then cutoff_verdict
        else 'pending'
    end as final_verdict,
    is_own_period,
    source_zh
from compared
