{#- A name as it is compared: no blanks (half or full width), no case. The lake's written_names are folded alike. -#}
{% macro fold(name) -%}
    lower(replace(replace({{ name }}, ' ', ''), chr(12288), ''))
{%- endmacro %}
