with

regions as (
    select * from {{ ref('regions') }}
)

select
    region_code,
    region_name,
    parent_code,
    is_gb
from regions
