with

procedures as (
    select
        *,
        row_number() over (partition by plan_id, procedure order by period desc) as place
    from {{ ref('stg_procedures') }}
),

units as (
    select * from {{ ref('dim_unit') }}
),

kinds as (
    select
        code,
        label_zh
    from {{ ref('codes') }}
    where list = 'procedure_kinds'
),

levels as (
    select
        code,
        label_zh
    from {{ ref('codes') }}
    where list = 'handling_levels'
)

select
    procedures.plan_id,
    procedures.procedure,
    procedures.procedure_name,
    procedures.procedure_kind,
    kinds.label_zh as procedure_kind_name,
    procedures.handling_level,
    levels.label_zh as handling_level_name,
    procedures.approving_unit_id,
    units.unit_name as approving_unit_name,
    procedures.valid_years,
    procedures.statutory_days,
    procedures.sort_order
from procedures
left join units on procedures.plan_id = units.plan_id and procedures.approving_unit_id = units.unit_id
left join kinds on procedures.procedure_kind = kinds.code
left join levels on procedures.handling_level = levels.code
where procedures.place = 1
