-- Every figure of the dispatch. Where two targets stand on one key, the firm one shows (the first by target_id);
-- fct_target_verdict judges them all. previous_published is what people had been told of the period before when this
-- one fell due, previous_restated what that period's figure is as it stands now.
with

figures as (
    select * from {{ ref('int_metric_values') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

previous_published as (
    select * from {{ ref('int_previous_published') }}
),

benchmarks as (
    select * from {{ ref('benchmarks') }}
),

verdicts as (
    select
        *,
        row_number() over (
            partition by plan_id, period, population, scope_kind, scope, metric
            order by case when word = 'strive' then 1 else 0 end, target_id
        ) as place
    from {{ ref('fct_target_verdict') }}
    where is_own_period
),

units as (
    select * from {{ ref('dim_unit') }}
),

regions as (
    select * from {{ ref('dim_region') }}
),

size_bands as (
    select * from {{ ref('size_bands') }}
),

procedures as (
    select * from {{ ref('dim_procedure') }}
),

scope_kinds as (
    select * from {{ ref('scope_kinds') }}
),

labels as (
    select
        code,
        label_zh,
        case list
            when 'project_levels' then 'level'
            when 'project_categories' then 'category'
            when 'project_natures' then 'nature'
            when 'handling_levels' then 'handling_level'
            when 'fund_kinds' then 'fund_kind'
        end as scope_kind
    from {{ ref('codes') }}
)

select
    figures.plan_id,
    figures.period,
    figures.population,
    figures.scope_kind,
    figures.scope,
    figures.metric,
    coalesce(
        labels.label_zh, units.unit_name, regions.region_name, size_bands.label_zh, procedures.procedure_name,
        case when figures.scope_kind = 'overall' then scope_kinds.label_zh end, figures.scope
    ) as scope_name,
    periods.cutoff_date,
    periods.list_version,
    figures.unit,
    figures.numerator,
    figures.denominator,
    figures.value,
    figures.reported_numerator,
    figures.reported_denominator,
    figures.reported_value,
    verdicts.target_id,
    verdicts.target_date,
    verdicts.word,
    verdicts.target,
    verdicts.stretch,
    verdicts.gap,
    coalesce(verdicts.cutoff_verdict, 'no_target') as cutoff_verdict,
    coalesce(verdicts.final_verdict, 'no_target') as final_verdict,
    {{ rate('periods.elapsed_months', 'benchmarks.parts_of_year') }} as benchmark,
    benchmarks.benchmark_name,
    {{ rate(
        'figures.numerator * benchmarks.parts_of_year - figures.denominator * periods.elapsed_months',
        'figures.denominator * benchmarks.parts_of_year'
    ) }} as benchmark_gap,
    previous_published.value as previous_published,
    restated.value as previous_restated,
    cast(figures.reported_projects as integer) as reported_projects,
    cast(figures.carried_projects as integer) as carried_projects,
    cast(figures.missing_projects as integer) as missing_projects
from figures
inner join periods on figures.plan_id = periods.plan_id and figures.period = periods.period
inner join scope_kinds on figures.scope_kind = scope_kinds.scope_kind
left join benchmarks on figures.metric = benchmarks.metric
left join previous_published
    on
        figures.plan_id = previous_published.plan_id
        and figures.period = previous_published.period
        and figures.population = previous_published.population
        and figures.scope_kind = previous_published.scope_kind
        and figures.scope = previous_published.scope
        and figures.metric = previous_published.metric
left join figures as restated
    on
        periods.plan_id = restated.plan_id
        and periods.previous_period = restated.period
        and figures.population = restated.population
        and figures.scope_kind = restated.scope_kind
        and figures.scope = restated.scope
        and figures.metric = restated.metric
left join verdicts
    on
        figures.plan_id = verdicts.plan_id
        and figures.period = verdicts.period
        and figures.population = verdicts.population
        and figures.scope_kind = verdicts.scope_kind
        and figures.scope = verdicts.scope
        and figures.metric = verdicts.metric
        and verdicts.place = 1
left join units
    on
        figures.scope_kind in ('unit', 'approving_unit')
        and figures.plan_id = units.plan_id
        and figures.scope = units.unit_id
left join regions on figures.scope_kind = 'region' and figures.scope = regions.region_code
left join size_bands on figures.scope_kind = 'size_band' and figures.scope = size_bands.size_band
left join procedures
    on
        figures.scope_kind = 'procedure'
        and figures.plan_id = procedures.plan_id
        and figures.scope = procedures.procedure
left join labels on figures.scope_kind = labels.scope_kind and figures.scope = labels.code
