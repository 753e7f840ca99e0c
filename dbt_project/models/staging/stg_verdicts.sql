select
    plan_id,
    period,
    form,
    rule_id,
    theme,
    severity,
    passed,
    failed,
    not_judged
from {{ source('lake', 'verdicts') }}
