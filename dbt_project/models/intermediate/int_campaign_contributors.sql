-- The contributors of the campaign's forms: where each counts and which row it rests on. A project with all its
-- procedures rests on the row that names them first.
with

items as (
    select * from {{ ref('fct_procedure') }}
),

projects as (
    select *
    from (
        select
            *,
            row_number() over (partition by plan_id, period, project_id order by is_missing, procedure) as place
        from items
    ) as placed
    where place = 1
),

pipeline as (
    select * from {{ ref('fct_pipeline') }}
),

funds as (
    select * from {{ ref('fct_fund') }}
),

populations as (
    select
        plan_id,
        period,
        form,
        project_id,
        string_agg(population, '|' order by population) as populations
    from {{ ref('int_population_members') }}
    group by plan_id, period, form, project_id
),

versions as (
    select distinct
        plan_id,
        submission_id,
        version
    from {{ ref('stg_submissions') }}
),

contributors as (
    select
        plan_id,
        period,
        'procedure' as subject_kind,
        project_id as subject_id,
        procedure as part,
        'procedures' as form,
        project_name as subject_name,
        unit_id,
        category_code,
        nature_code,
        region_code,
        cast(null as varchar) as size_band,
        procedure,
        handling_level,
        coalesce(approving_unit_id, approving_unit) as approving_unit,
        cast(null as varchar) as fund_kind,
        total_investment_wan,
        annual_plan_wan,
        planned_start_date,
        cast(null as date) as planned_finish_date,
        is_carried_forward,
        carried_from,
        decision_id,
        submission_id,
        sheet,
        source_row,
        reported_submission_id,
        reported_sheet,
        reported_source_row
    from items
    union all
    select
        plan_id,
        period,
        'procedures' as subject_kind,
        project_id as subject_id,
        '' as part,
        'procedures' as form,
        project_name as subject_name,
        unit_id,
        category_code,
        nature_code,
        region_code,
        cast(null as varchar) as size_band,
        cast(null as varchar) as procedure,
        cast(null as varchar) as handling_level,
        cast(null as varchar) as approving_unit,
        cast(null as varchar) as fund_kind,
        total_investment_wan,
        annual_plan_wan,
        planned_start_date,
        cast(null as date) as planned_finish_date,
        is_carried_forward,
        carried_from,
        decision_id,
        submission_id,
        sheet,
        source_row,
        reported_submission_id,
        reported_sheet,
        reported_source_row
    from projects
    union all
    select
        plan_id,
        period,
        'pipeline' as subject_kind,
        project_id as subject_id,
        '' as part,
        'pipeline' as form,
        project_name as subject_name,
        unit_id,
        category_code,
        nature_code,
        region_code,
        size_band,
        cast(null as varchar) as procedure,
        cast(null as varchar) as handling_level,
        cast(null as varchar) as approving_unit,
        cast(null as varchar) as fund_kind,
        total_investment_wan,
        annual_plan_wan,
        planned_start_date,
        planned_finish_date,
        is_carried_forward,
        carried_from,
        decision_id,
        submission_id,
        sheet,
        source_row,
        reported_submission_id,
        reported_sheet,
        reported_source_row
    from pipeline
    union all
    select
        plan_id,
        period,
        'fund' as subject_kind,
        project_id as subject_id,
        fund_kind as part,
        'funds' as form,
        project_name as subject_name,
        unit_id,
        cast(null as varchar) as category_code,
        cast(null as varchar) as nature_code,
        cast(null as varchar) as region_code,
        cast(null as varchar) as size_band,
        cast(null as varchar) as procedure,
        cast(null as varchar) as handling_level,
        cast(null as varchar) as approving_unit,
        fund_kind,
        cast(null as decimal(18, 2)) as total_investment_wan,
        cast(null as decimal(18, 2)) as annual_plan_wan,
        cast(null as date) as planned_start_date,
        cast(null as date) as planned_finish_date,
        is_carried_forward,
        carried_from,
        decision_id,
        submission_id,
        sheet,
        source_row,
        reported_submission_id,
        reported_sheet,
        reported_source_row
    from funds
)

select
    contributors.plan_id,
    contributors.period,
    contributors.subject_kind,
    contributors.subject_id,
    contributors.part,
    contributors.subject_name,
    true as is_counted,
    contributors.unit_id,
    contributors.category_code,
    contributors.nature_code,
    contributors.region_code,
    contributors.size_band,
    contributors.procedure,
    contributors.handling_level,
    contributors.approving_unit,
    contributors.fund_kind,
    populations.populations,
    contributors.total_investment_wan,
    contributors.annual_plan_wan,
    contributors.planned_start_date,
    contributors.planned_finish_date,
    contributors.is_carried_forward,
    contributors.carried_from,
    contributors.decision_id,
    contributors.submission_id,
    versions.version,
    contributors.sheet,
    contributors.source_row,
    contributors.reported_submission_id,
    contributors.reported_sheet,
    contributors.reported_source_row
from contributors
left join populations
    on
        contributors.plan_id = populations.plan_id
        and contributors.period = populations.period
        and contributors.form = populations.form
        and contributors.subject_id = populations.project_id
left join versions
    on
        contributors.plan_id = versions.plan_id
        and contributors.submission_id = versions.submission_id
