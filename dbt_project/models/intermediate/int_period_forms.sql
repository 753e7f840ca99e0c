-- The forms that are filed in each judged period and have metrics, as the plan's obligations name them.
with

periods as (
    select * from {{ ref('int_periods') }}
),

obligations as (
    select * from {{ ref('stg_obligations') }}
),

measured as (
    select distinct form from {{ ref('metrics') }}
)

select distinct
    periods.plan_id,
    periods.period,
    obligations.form
from periods
inner join obligations on periods.plan_id = obligations.plan_id and periods.period = obligations.period
inner join measured on obligations.form = measured.form
