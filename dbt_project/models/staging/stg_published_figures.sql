select
    plan_id,
    period,
    publication_id,
    release,
    published_at,
    population,
    scope_kind,
    scope,
    metric,
    is_shown,
    numerator,
    denominator,
    value
from {{ source('lake', 'published_figures') }}
