-- One row per plan, period and project of the pipeline: as accepted and, with reported_ before it, as reported.
with

periods as (
    select * from {{ ref('int_periods') }}
),

accepted as (
    select * from {{ ref('stg_accepted_pipeline') }}
),

reported as (  -- the facts of the first row; money of all rows comes from the measures
    select
        *,
        {{ place_among_rows() }} as place,
        count(*) over (partition by plan_id, period, project_id) as row_count
    from {{ ref('stg_reported_pipeline') }}
),

measures as (
    select * from {{ ref('int_pipeline_measures') }}
),

figures as (
    select
        plan_id,
        period,
        project_id,
        max(unit_id) as unit_id,
        max(size_band) as size_band,
        max(case when figure = 'accepted' then missing_project_count end) = 1 as is_missing,
        max(case when figure = 'accepted' and missing_project_count = 0 then pipeline_total_wan end)
            as total_investment_wan,
        max(case when figure = 'reported' and missing_project_count = 0 then pipeline_total_wan end)
            as reported_total_investment_wan,
        max(case when figure = 'accepted' and missing_project_count = 0 then pipeline_plan_wan end)
            as annual_plan_wan,
        max(case when figure = 'reported' and missing_project_count = 0 then pipeline_plan_wan end)
            as reported_annual_plan_wan
    from measures
    group by plan_id, period, project_id
)

select
    figures.plan_id,
    figures.period,
    figures.project_id,
    coalesce(accepted.project_code, reported.project_code) as project_code,
    coalesce(accepted.project_name, reported.project_name) as project_name,
    coalesce(accepted.owner_name, reported.owner_name) as owner_name,
    figures.unit_id,
    periods.cutoff_date,
    accepted.planned_start_date,
    accepted.planned_finish_date,
    coalesce(accepted.category_code, reported.category_code) as category_code,
    coalesce(accepted.industry_code, reported.industry_code) as industry_code,
    coalesce(accepted.nature_code, reported.nature_code) as nature_code,
    coalesce(accepted.region_code, reported.region_code) as region_code,
    figures.size_band,
    accepted.pipeline_stage,
    reported.pipeline_stage as reported_pipeline_stage,
    figures.total_investment_wan,
    figures.reported_total_investment_wan,
    figures.annual_plan_wan,
    figures.reported_annual_plan_wan,
    accepted.construction_text,
    accepted.remark_text,
    accepted.explanation_text,
    coalesce(accepted.is_carried_forward, false) as is_carried_forward,
    accepted.carried_from,
    figures.is_missing,
    accepted.submission_id,
    accepted.sheet,
    accepted.row as source_row,
    accepted.decision_id,
    reported.submission_id as reported_submission_id,
    reported.sheet as reported_sheet,
    reported.row as reported_source_row,
    cast(coalesce(reported.row_count, 0) as integer) as reported_row_count
from figures
inner join periods on figures.plan_id = periods.plan_id and figures.period = periods.period
left join accepted
    on
        figures.plan_id = accepted.plan_id
        and figures.period = accepted.period
        and figures.project_id = accepted.project_id
left join reported
    on
        figures.plan_id = reported.plan_id
        and figures.period = reported.period
        and figures.project_id = reported.project_id
        and reported.place = 1
