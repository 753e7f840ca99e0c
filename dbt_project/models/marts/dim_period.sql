with

periods as (
    select * from {{ ref('int_periods') }}
),

benchmarks as (
    select * from {{ ref('benchmarks') }}
    where metric = 'annual_completion_rate'
)

select
    periods.plan_id,
    periods.period,
    periods.series,
    periods.leading_form,
    periods.period_month,
    periods.previous_period,
    periods.cutoff_date,
    periods.due_at,
    periods.known_at,
    periods.in_force_at,
    periods.plan_hash,
    periods.list_version,
    case when periods.elapsed_months is not null then benchmarks.benchmark_name end as benchmark_name,
    {{ rate('periods.elapsed_months', 'benchmarks.parts_of_year') }} as benchmark
from periods
cross join benchmarks
