-- One row per plan, list version and project, as the latest period that used the version has it.
with

lists as (
    select
        *,
        coalesce(list_version, 'unknown') as version,
        row_number() over (
            partition by plan_id, coalesce(list_version, 'unknown'), project_id
            order by period desc
        ) as place,
        max(period) over (partition by plan_id) as last_period
    from {{ ref('stg_project_list') }}
),

natures as (
    select
        code,
        counts_as
    from {{ ref('codes') }}
    where list = 'project_natures'
)

select
    lists.plan_id,
    lists.version as list_version,
    lists.project_id,
    lists.project_code,
    lists.project_name,
    lists.former_name,
    lists.owner_name,
    lists.usc_code,
    lists.unit_id,
    lists.former_unit,
    lists.effective_date,
    lists.change_date,
    lists.planned_start_date,
    lists.planned_finish_date,
    lists.level_code,
    lists.category_code,
    lists.nature_code,
    lists.region_code,
    natures.counts_as,
    lists.change_kind,
    lists.change_document,
    cast(lists.total_investment_wan as decimal(18, 2)) as total_investment_wan,
    cast(lists.annual_plan_wan as decimal(18, 2)) as annual_plan_wan,
    lists.remark_text,
    lists.is_in_base,
    lists.period = lists.last_period as is_current,
    lists.submission_id,
    lists.sheet,
    lists.row as source_row
from lists
left join natures on lists.nature_code = natures.code
where lists.place = 1
