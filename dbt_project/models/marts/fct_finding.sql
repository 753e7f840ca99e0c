-- Findings, each with whether it still waits for somebody: an error is open until it is corrected or accepted by
-- decision; a warning until it has an answer that stands.
with

findings as (
    select
        *,
        case
            when not is_effective or outcome <> 'failed' or decision_id is not null then false
            when severity = 'warning' then coalesce(answer_state, 'unanswered') in ('unanswered', 'refused', 'reopened')
            else true
        end as still_open,
        min(received_at) over (
            partition by plan_id, form, period, unit_id, rule_id, coalesce(project_id, cells), procedure, field
        ) as first_seen
    from {{ ref('stg_findings') }}
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
    still_open,
    is_effective
from findings
