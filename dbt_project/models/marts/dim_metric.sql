with

metrics as (
    select * from {{ ref('metrics') }}
)

select
    metric,
    label_zh,
    label_en,
    form,
    unit,
    numerator,
    denominator,
    sort_order,
    definition_zh,
    numerator is not null as is_computed
from metrics
