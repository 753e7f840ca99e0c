with

units as (
    select
        *,
        row_number() over (partition by plan_id, unit_id order by period desc) as place
    from {{ ref('stg_units') }}
),

kinds as (
    select
        code,
        label_zh
    from {{ ref('codes') }}
    where list = 'unit_kinds'
)

select
    units.plan_id,
    units.unit_id,
    units.unit_name,
    units.unit_kind,
    kinds.label_zh as unit_kind_name,
    units.aliases,
    units.valid_from as valid_from_date,
    units.valid_to as valid_to_date,
    units.sort_order
from units
left join kinds on units.unit_kind = kinds.code
where units.place = 1
