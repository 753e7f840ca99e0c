with

populations as (
    select
        *,
        row_number() over (partition by plan_id, population order by period desc) as place
    from {{ ref('int_populations') }}
)

select
    plan_id,
    population,
    population_name,
    sort_order,
    is_headline
from populations
where place = 1
