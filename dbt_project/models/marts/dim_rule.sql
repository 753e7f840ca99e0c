with

verdicts as (
    select
        *,
        row_number() over (partition by form, rule_id order by period desc, plan_id asc) as place
    from {{ ref('stg_verdicts') }}
)

select
    form,
    rule_id,
    theme,
    severity,
    rule_state
from verdicts
where place = 1
