with

findings as (
    select * from {{ ref('int_open_findings') }}
)

select
    plan_id,
    period,
    finding_id,
    form,
    procedure,
    unit_id,
    submission_id,
    version,
    project_id,
    project_name,
    rule_id,
    theme,
    severity,
    outcome,
    group_head,
    field,
    sheet,
    row as source_row,
    cells,
    header,
    found,
    expected,
    difference,
    message_zh,
    remedy_zh,
    source_zh,
    answer,
    answer_state,
    answered_at,
    answer_submission_id,
    answer_ends,
    answer_reason_zh,
    subject,
    decision_id,
    received_at,
    first_seen,
    is_open as still_open,
    is_effective
from findings
