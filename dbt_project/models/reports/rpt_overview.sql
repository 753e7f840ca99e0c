with

metrics as (
    select * from {{ ref('fct_metric') }}
    where scope_kind = 'overall'
),

definitions as (
    select * from {{ ref('dim_metric') }}
),

populations as (
    select * from {{ ref('dim_population') }}
)

select
    metrics.plan_id,
    metrics.period,
    metrics.population,
    metrics.metric,
    populations.population_name,
    definitions.label_zh,
    metrics.cutoff_date,
    metrics.list_version,
    metrics.unit,
    metrics.numerator,
    metrics.denominator,
    metrics.value,
    metrics.reported_numerator,
    metrics.reported_denominator,
    metrics.reported_value,
    metrics.target,
    metrics.stretch,
    metrics.gap,
    metrics.word,
    metrics.cutoff_verdict,
    metrics.final_verdict,
    metrics.benchmark,
    metrics.benchmark_name,
    metrics.benchmark_gap,
    metrics.previous_published,
    metrics.previous_restated,
    metrics.reported_projects,
    metrics.carried_projects,
    metrics.missing_projects,
    populations.is_headline,
    populations.sort_order as population_order,
    definitions.sort_order as metric_order,
    definitions.definition_zh
from metrics
inner join definitions on metrics.metric = definitions.metric
inner join populations on metrics.plan_id = populations.plan_id and metrics.population = populations.population
