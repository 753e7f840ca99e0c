-- What every metric is summed from: who puts how much into which measure. A metric's numerator (denominator) is the sum
-- of its measure over the contributors of its population and scope (fct_contributor, same key without the measure).
-- A form joins in with two models of its own, int_<form>_contributions and int_<form>_contributors, of these columns;
-- `part` tells apart what one subject contributes several times (a procedure of a project), else it is empty.
with

contributions as (
    select * from {{ ref('int_project_contributions') }}
    union all
    select * from {{ ref('int_reporting_contributions') }}
    union all
    select * from {{ ref('int_campaign_contributions') }}
)

select
    plan_id,
    period,
    subject_kind,
    subject_id,
    part,
    measure,
    figure,
    rests_on,
    cast(amount as decimal(24, 2)) as amount
from contributions
