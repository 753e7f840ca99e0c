-- Who handles each procedure of each project: as accepted, else as first reported. Where the form is silent, the level
-- and (at the plan's own level) the unit that the plan names as a rule. A written name means a unit of its level: at
-- the plan's own one of the plan's own units, above it one of its superiors; any other name stands as it is written.
with

written as (
    {%- for account in ['accepted', 'reported'] %}
    select
        {{ loop.index }} as rank,
        plan_id,
        period,
        project_id,
        procedure,
        unit_id,
        submission_id,
        sheet,
        row,
        handling_level,
        approving_unit
    from {{ ref('stg_' ~ account ~ '_procedure_items') }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

first_written as (
    select
        *,
        {{ place_among_rows(['procedure'], before=['rank']) }} as place
    from written
),

procedures as (
    select * from {{ ref('stg_procedures') }}
),

units as (
    select * from {{ ref('stg_units') }}
),

placed as (
    select
        first_written.plan_id,
        first_written.period,
        first_written.project_id,
        first_written.procedure,
        first_written.approving_unit,
        procedures.approving_unit_id as usual_unit_id,
        coalesce(first_written.handling_level, procedures.handling_level) as handling_level,
        coalesce(first_written.handling_level, procedures.handling_level, 'county') = 'county' as is_own_level,
        nullif({{ fold('first_written.approving_unit') }}, '') as written_name
    from first_written
    left join procedures
        on
            first_written.plan_id = procedures.plan_id
            and first_written.period = procedures.period
            and first_written.procedure = procedures.procedure
    where first_written.place = 1
),

texts as (
    select distinct
        plan_id,
        period,
        written_name,
        is_own_level
    from placed
    where written_name is not null
),

named as (
    select
        texts.plan_id,
        texts.period,
        texts.written_name,
        texts.is_own_level,
        min(units.unit_id) as unit_id
    from texts
    inner join units
        on
            texts.plan_id = units.plan_id
            and texts.period = units.period
            and texts.is_own_level = (units.unit_kind <> 'superior')
            and position(concat('|', texts.written_name, '|') in units.written_names) > 0
    group by texts.plan_id, texts.period, texts.written_name, texts.is_own_level
),

known as (
    select
        placed.*,
        case
            when placed.written_name is not null then named.unit_id
            when placed.is_own_level then placed.usual_unit_id
        end as approving_unit_id
    from placed
    left join named
        on
            placed.plan_id = named.plan_id
            and placed.period = named.period
            and placed.written_name = named.written_name
            and placed.is_own_level = named.is_own_level
)

select
    plan_id,
    period,
    project_id,
    procedure,
    handling_level,
    approving_unit,
    approving_unit_id,
    coalesce(approving_unit_id, approving_unit) as approving_scope
from known
