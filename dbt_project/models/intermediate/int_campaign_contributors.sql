-- The contributors of the campaign's forms: where each counts and which row it rests on. A project with all its
-- procedures rests on the row that names them first.
{%- set columns = {
    'category_code': 'varchar',
    'nature_code': 'varchar',
    'region_code': 'varchar',
    'size_band': 'varchar',
    'procedure': 'varchar',
    'handling_level': 'varchar',
    'approving_scope': 'varchar',
    'fund_kind': 'varchar',
    'total_investment_wan': 'decimal(18, 2)',
    'annual_plan_wan': 'decimal(18, 2)',
    'planned_start_date': 'date',
    'planned_finish_date': 'date',
} -%}
{#- What each kind of contributor stands in: the columns it has of those above; the others are NULL. -#}
{%- set of_project = [
    'category_code', 'nature_code', 'region_code', 'total_investment_wan', 'annual_plan_wan', 'planned_start_date'
] -%}
{%- set of_procedure = of_project + ['procedure', 'handling_level', 'approving_scope'] -%}
{%- set of_pipeline = of_project + ['size_band', 'planned_finish_date'] -%}
{%- set kinds = [
    ('procedure', 'items', 'procedures', 'procedure', of_procedure),
    ('procedures', 'projects', 'procedures', "''", of_project),
    ('pipeline', 'pipeline', 'pipeline', "''", of_pipeline),
    ('fund', 'funds', 'funds', 'fund_kind', ['fund_kind']),
] %}
with

items as (
    select
        *,
        coalesce(approving_unit_id, approving_unit) as approving_scope
    from {{ ref('fct_procedure') }}
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
    {%- for subject_kind, relation, form, part, own in kinds %}
    select
        plan_id,
        period,
        '{{ subject_kind }}' as subject_kind,
        project_id as subject_id,
        {{ part }} as part,
        '{{ form }}' as form,
        project_name as subject_name,
        unit_id,
        {%- for column, type in columns.items() %}
        {%- if column in own %}
        {{ column }},
        {%- else %}
        cast(null as {{ type }}) as {{ column }},
        {%- endif %}
        {%- endfor %}
        is_carried_forward,
        carried_from,
        decision_id,
        submission_id,
        sheet,
        source_row,
        reported_submission_id,
        reported_sheet,
        reported_source_row
    from {{ relation }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
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
    contributors.approving_scope as approving_unit,
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
