-- One row per plan, period and project: every measure as accepted and, with reported_ before it, as reported.
{%- set money = [
    'cum_to_last_year_wan',
    'month_investment_wan',
    'ytd_investment_wan',
    'cumulative_investment_wan',
    'funds_ytd_wan',
] %}
with

periods as (
    select * from {{ ref('int_periods') }}
),

lists as (
    select * from {{ ref('stg_project_list') }}
),

accepted as (
    select * from {{ ref('stg_accepted_investment') }}
),

reported as (  -- the facts of the first row; money of all rows comes from reported_figures
    select
        *,
        {{ place_among_rows() }} as place
    from {{ ref('stg_reported_investment') }}
),

figures as (
    select * from {{ ref('int_project_figures') }}
),

measures as (
    select * from {{ ref('int_project_measures') }}
),

natures as (
    select
        code,
        counts_as
    from {{ ref('codes') }}
    where list = 'project_natures'
),

benchmarks as (
    select * from {{ ref('benchmarks') }}
    where metric = 'annual_completion_rate'
),

keys as (
    select
        plan_id,
        period,
        project_id
    from lists
    union
    select
        plan_id,
        period,
        project_id
    from accepted
    union
    select
        plan_id,
        period,
        project_id
    from reported
),

joined as (
    select
        keys.plan_id,
        keys.period,
        keys.project_id,
        periods.cutoff_date,
        periods.list_version,
        coalesce(lists.project_code, accepted.project_code, reported.project_code) as project_code,
        coalesce(lists.project_name, accepted.project_name, reported.project_name) as project_name,
        coalesce(lists.owner_name, accepted.owner_name, reported.owner_name) as owner_name,
        coalesce(lists.unit_id, accepted.unit_id, reported.unit_id) as unit_id,
        lists.planned_start_date,
        lists.planned_finish_date,
        accepted.start_actual_date,
        accepted.resume_date,
        accepted.finish_actual_date,
        reported.start_actual_date as reported_start_actual_date,
        reported.resume_date as reported_resume_date,
        reported.finish_actual_date as reported_finish_actual_date,
        coalesce(lists.level_code, accepted.level_code, reported.level_code) as level_code,
        coalesce(lists.category_code, accepted.category_code, reported.category_code) as category_code,
        coalesce(lists.nature_code, accepted.nature_code, reported.nature_code) as nature_code,
        coalesce(lists.region_code, accepted.region_code, reported.region_code) as region_code,
        accepted.status_code,
        reported.status_code as reported_status_code,
        accepted.is_in_statistics,
        reported.is_in_statistics as reported_is_in_statistics,
        accepted.stat_code,
        cast(lists.total_investment_wan as decimal(18, 2)) as total_investment_wan,
        cast(lists.annual_plan_wan as decimal(18, 2)) as annual_plan_wan,
        {%- for amount in money %}
        accepted_figures.{{ amount }},
        reported_figures.{{ amount }} as reported_{{ amount }},
        {%- endfor %}
        accepted.image_progress,
        reported.image_progress as reported_image_progress,
        accepted.image_text,
        accepted.problem_text,
        accepted.explanation_text,
        accepted.submission_id,
        accepted.sheet,
        accepted.row as source_row,
        accepted.decision_id,
        accepted.carried_from,
        reported.submission_id as reported_submission_id,
        reported.sheet as reported_sheet,
        reported.row as reported_source_row,
        coalesce(reported_figures.row_count, 0) as reported_row_count,
        lists.project_id is not null as is_on_list,
        measures.project_id is not null as is_in_base,
        coalesce(accepted.is_carried_forward, false) as is_carried_forward,
        measures.project_id is not null and accepted.project_id is null as is_missing,
        coalesce(measures.started_or_resumed_count = 1, false) as is_started_or_resumed,
        coalesce(measures.unconfirmed_start_count = 1, false) as is_start_unconfirmed,
        coalesce(measures.finished_count = 1, false) as is_finished,
        coalesce(reported_measures.started_or_resumed_count = 1, false) as reported_is_started_or_resumed,
        periods.elapsed_months
    from keys
    inner join periods on keys.plan_id = periods.plan_id and keys.period = periods.period
    left join lists
        on
            keys.plan_id = lists.plan_id
            and keys.period = lists.period
            and keys.project_id = lists.project_id
    left join accepted
        on
            keys.plan_id = accepted.plan_id
            and keys.period = accepted.period
            and keys.project_id = accepted.project_id
    left join reported
        on
            keys.plan_id = reported.plan_id
            and keys.period = reported.period
            and keys.project_id = reported.project_id
            and reported.place = 1
    left join figures as accepted_figures
        on
            keys.plan_id = accepted_figures.plan_id
            and keys.period = accepted_figures.period
            and keys.project_id = accepted_figures.project_id
            and accepted_figures.figure = 'accepted'
    left join figures as reported_figures
        on
            keys.plan_id = reported_figures.plan_id
            and keys.period = reported_figures.period
            and keys.project_id = reported_figures.project_id
            and reported_figures.figure = 'reported'
    left join measures
        on
            keys.plan_id = measures.plan_id
            and keys.period = measures.period
            and keys.project_id = measures.project_id
            and measures.figure = 'accepted'
    left join measures as reported_measures
        on
            keys.plan_id = reported_measures.plan_id
            and keys.period = reported_measures.period
            and keys.project_id = reported_measures.project_id
            and reported_measures.figure = 'reported'
)

select
    joined.plan_id,
    joined.period,
    joined.project_id,
    joined.project_code,
    joined.project_name,
    joined.owner_name,
    joined.unit_id,
    joined.cutoff_date,
    joined.list_version,
    joined.planned_start_date,
    joined.planned_finish_date,
    joined.start_actual_date,
    joined.resume_date,
    joined.finish_actual_date,
    joined.reported_start_actual_date,
    joined.reported_resume_date,
    joined.reported_finish_actual_date,
    joined.level_code,
    joined.category_code,
    joined.nature_code,
    natures.counts_as,
    joined.region_code,
    joined.status_code,
    joined.reported_status_code,
    joined.is_in_statistics,
    joined.reported_is_in_statistics,
    joined.stat_code,
    joined.total_investment_wan,
    joined.annual_plan_wan,
    {%- for amount in money %}
    joined.{{ amount }},
    joined.reported_{{ amount }},
    {%- endfor %}
    {{ rate('joined.ytd_investment_wan', 'joined.annual_plan_wan') }} as annual_completion_rate,
    {{ rate('joined.reported_ytd_investment_wan', 'joined.annual_plan_wan') }} as reported_annual_completion_rate,
    {{ rate(
        'joined.ytd_investment_wan * benchmarks.parts_of_year - joined.annual_plan_wan * joined.elapsed_months',
        'joined.annual_plan_wan * benchmarks.parts_of_year'
    ) }} as benchmark_gap,
    joined.image_progress,
    joined.reported_image_progress,
    joined.image_text,
    joined.problem_text,
    joined.explanation_text,
    joined.is_on_list,
    joined.is_in_base,
    joined.is_carried_forward,
    joined.carried_from,
    joined.is_missing,
    joined.is_started_or_resumed,
    joined.is_start_unconfirmed,
    joined.is_finished,
    joined.reported_is_started_or_resumed,
    joined.submission_id,
    joined.sheet,
    joined.source_row,
    joined.decision_id,
    joined.reported_submission_id,
    joined.reported_sheet,
    joined.reported_source_row,
    cast(joined.reported_row_count as integer) as reported_row_count
from joined
left join natures on joined.nature_code = natures.code
cross join benchmarks
