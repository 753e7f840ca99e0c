{#- The bands of total investment, half open: a band reaches up to where the next one begins. -#}
{% macro half_open_bands(bands) -%}
    select
        size_band,
        lower_wan,
        lead(lower_wan) over (order by lower_wan) as next_lower_wan
    from {{ bands }}
{%- endmacro %}
