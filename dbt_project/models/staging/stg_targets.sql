select
    plan_id,
    period,
    target_id,
    metric,
    population,
    scope_kind,
    scope,
    judged_period,
    target_date,
    threshold,
    stretch,
    comparison,
    about_within,
    word,
    stretch_word,
    source_zh
from {{ source('lake', 'targets') }}
