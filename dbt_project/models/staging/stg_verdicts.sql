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
    not_judged
from {{ source('lake', 'verdicts') }}
