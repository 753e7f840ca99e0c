-- One row per plan, form, period and unit that owes a form or sent one: what came, when, and what that makes it.
-- On time is decided by the first version that reads as its form; later corrections make nobody late.
with

obligations as (
    select * from {{ ref('stg_obligations') }}
),

submissions as (
    select * from {{ ref('stg_submissions') }}
),

plans as (
    select * from {{ ref('stg_plans') }}
),

versions as (  -- an empty sheet is not a report; a nil report (零报告) is one; a withdrawn version is nothing
    select
        *,
        kind in ('form', 'supplement') and rows_read > 0 as is_form,
        kind = 'nil' or (kind in ('form', 'supplement') and rows_read > 0) as is_report
    from submissions
    where not coalesce(withdrawn, false)
),

keys as (
    select
        plan_id,
        form,
        period,
        unit_id
    from obligations
    union
    select
        plan_id,
        form,
        period,
        unit_id
    from versions
),

counted as (
    select
        plan_id,
        form,
        period,
        unit_id,
        count(*) as versions,
        count(case when is_form then 1 end) as form_versions,
        count(case when awaits_opening then 1 end) as awaiting_versions,
        sum(case when is_effective then rows_read else 0 end) as rows_read
    from versions
    group by plan_id, form, period, unit_id
),

first_reports as (
    select
        *,
        row_number() over (
            partition by plan_id, form, period, unit_id
            order by received_at, version, submission_id
        ) as place
    from versions
    where is_report
),

joined as (
    select
        keys.plan_id,
        keys.form,
        keys.period,
        keys.unit_id,
        obligations.due_at,
        first_reports.received_at,
        plans.known_at,
        first_reports.received_source,
        obligations.deadline_note_zh,
        obligations.lock_at,
        obligations.publish_at,
        coalesce(obligations.is_due, false) as is_due,
        coalesce(counted.versions, 0) as versions,
        coalesce(counted.form_versions, 0) as form_versions,
        coalesce(counted.awaiting_versions, 0) as awaiting_versions,
        coalesce(counted.rows_read, 0) as rows_read
    from keys
    left join obligations
        on
            keys.plan_id = obligations.plan_id
            and keys.form = obligations.form
            and keys.period = obligations.period
            and keys.unit_id = obligations.unit_id
    left join counted
        on
            keys.plan_id = counted.plan_id
            and keys.form = counted.form
            and keys.period = counted.period
            and keys.unit_id = counted.unit_id
    left join first_reports
        on
            keys.plan_id = first_reports.plan_id
            and keys.form = first_reports.form
            and keys.period = first_reports.period
            and keys.unit_id = first_reports.unit_id
            and first_reports.place = 1
    left join plans on keys.plan_id = plans.plan_id and keys.period = plans.period
)

select
    plan_id,
    form,
    period,
    unit_id,
    due_at,
    received_at,
    received_source,
    deadline_note_zh,
    lock_at,
    publish_at,
    case
        when not is_due then 'not_due'
        when received_at is not null and form_versions = 0 then 'nil'
        when received_at <= due_at then 'on_time'
        when received_at > due_at then 'late'
        when versions > 0 then 'unreadable'
        when due_at <= known_at then 'missing'
        else 'not_due'
    end as status,
    versions,
    awaiting_versions,
    rows_read,
    is_due,
    is_due and received_at is not null as is_reported,
    is_due and coalesce(received_at <= due_at, false) as is_on_time
from joined
