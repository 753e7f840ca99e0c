select
    plan_id,
    period,
    population,
    population_name,
    form,
    level_code,
    category_code,
    sort_order,
    is_headline
from {{ source('lake', 'populations') }}
