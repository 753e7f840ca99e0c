-- The units that owe or sent the leading form of the period as contributors, each with the version that counts.
with

units as (
    select distinct
        plan_id,
        period,
        subject_id
    from {{ ref('int_reporting_contributions') }}
),

names as (
    select * from {{ ref('stg_units') }}
),

standing as (
    select * from {{ ref('standing_populations') }}
),

submissions as (
    select
        submissions.*,
        row_number() over (
            partition by submissions.plan_id, submissions.period, submissions.unit_id
            order by submissions.version desc, submissions.submission_id desc
        ) as place
    from {{ ref('stg_submissions') }} as submissions
    inner join {{ ref('int_periods') }} as periods
        on
            submissions.plan_id = periods.plan_id
            and submissions.period = periods.period
            and submissions.form = periods.leading_form
    where submissions.is_effective
)

select
    units.plan_id,
    units.period,
    'unit' as subject_kind,
    units.subject_id,
    '' as part,
    names.unit_name as subject_name,
    true as is_counted,
    units.subject_id as unit_id,
    standing.population as populations,
    submissions.submission_id,
    submissions.version,
    submissions.sheet,
    submissions.submission_id as reported_submission_id
from units
cross join standing
left join names
    on
        units.plan_id = names.plan_id
        and units.period = names.period
        and units.subject_id = names.unit_id
left join submissions
    on
        units.plan_id = submissions.plan_id
        and units.period = submissions.period
        and units.subject_id = submissions.unit_id
        and submissions.place = 1
