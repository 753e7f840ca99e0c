with

verdicts as (
    select * from {{ ref('stg_verdicts') }}
)

select
    plan_id,
    period,
    form,
    rule_id,
    theme,
    severity,
    rule_state,
    passed,
    failed,
    not_judged,
    lacks_zh
from verdicts
