-- What each unit puts into the measures of the reporting itself. Who owes a form is the plan's word, hence the list's.
select
    plan_id,
    period,
    'unit' as subject_kind,
    scope as subject_id,
    '' as part,
    measure,
    figure,
    case measure when 'due_unit_count' then 'list' else 'report' end as rests_on,
    amount
from {{ ref('int_reporting_measures') }}
where
    scope_kind = 'unit'
    and amount <> 0
