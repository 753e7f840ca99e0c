-- One row per plan, period, project of the pipeline (谋划项目) and figure; every measure is additive.
-- A project counts as long as it stands in the pipeline, whatever its stage. As reported, a project sent in twice
-- counts its money twice and is one project.
with

periods as (
    select * from {{ ref('int_periods') }}
),

accepted as (
    select * from {{ ref('stg_accepted_pipeline') }}
),

reported as (
    select
        *,
        {{ place_among_rows() }} as place
    from {{ ref('stg_reported_pipeline') }}
),

size_bands as (
    {{ half_open_bands(ref('size_bands')) }}
),

figure_names as (
    select figure from {{ ref('figures') }}
),

amounts as (
    select
        'accepted' as figure,
        plan_id,
        period,
        project_id,
        cast(total_investment_wan as decimal(18, 2)) as total_wan,
        cast(annual_plan_wan as decimal(18, 2)) as plan_wan,
        is_carried_forward
    from accepted
    union all
    select
        'reported' as figure,
        plan_id,
        period,
        project_id,
        cast(sum(cast(total_investment_wan as decimal(18, 2))) as decimal(18, 2)) as total_wan,
        cast(sum(cast(annual_plan_wan as decimal(18, 2))) as decimal(18, 2)) as plan_wan,
        false as is_carried_forward
    from reported
    group by plan_id, period, project_id
),

keys as (
    select distinct
        plan_id,
        period,
        project_id
    from amounts
),

projects as (
    select
        keys.plan_id,
        keys.period,
        keys.project_id,
        coalesce(accepted.unit_id, reported.unit_id) as unit_id,
        coalesce(accepted.category_code, reported.category_code) as category_code,
        coalesce(accepted.nature_code, reported.nature_code) as nature_code,
        coalesce(accepted.region_code, reported.region_code) as region_code,
        coalesce(accepted.total_investment_wan, reported.total_investment_wan) as total_investment_wan
    from keys
    inner join periods on keys.plan_id = periods.plan_id and keys.period = periods.period
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
)

select
    projects.plan_id,
    projects.period,
    projects.project_id,
    figure_names.figure,
    projects.unit_id,
    projects.category_code,
    projects.nature_code,
    projects.region_code,
    size_bands.size_band,
    case when amounts.project_id is null then 0 else 1 end as pipeline_project_count,
    coalesce(amounts.total_wan, 0) as pipeline_total_wan,
    coalesce(amounts.plan_wan, 0) as pipeline_plan_wan,
    case when projects.category_code = 'industry' then coalesce(amounts.total_wan, 0) else 0 end as industry_total_wan,
    case when projects.category_code = 'industry' then coalesce(amounts.plan_wan, 0) else 0 end as industry_plan_wan,
    case when amounts.project_id is not null and not amounts.is_carried_forward then 1 else 0 end
        as reported_project_count,
    case when coalesce(amounts.is_carried_forward, false) then 1 else 0 end as carried_project_count,
    case when amounts.project_id is null then 1 else 0 end as missing_project_count
from projects
cross join figure_names
left join amounts
    on
        projects.plan_id = amounts.plan_id
        and projects.period = amounts.period
        and projects.project_id = amounts.project_id
        and figure_names.figure = amounts.figure
left join size_bands
    on
        projects.total_investment_wan >= size_bands.lower_wan
        and (projects.total_investment_wan < size_bands.next_lower_wan or size_bands.next_lower_wan is null)
