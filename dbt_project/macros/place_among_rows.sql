{#-
    The place of a row among those in which one thing was reported, 1 for the first: the row whose facts speak where a
    thing was sent in more than once. ``parts`` tell a project's things apart (its procedures, its kinds of fund).
-#}
{% macro place_among_rows(parts=[], before=[]) -%}
    row_number() over (
        partition by {{ (['plan_id', 'period', 'project_id'] + parts) | join(', ') }}
        order by {{ (before + ['unit_id', 'submission_id', 'sheet', 'row']) | join(', ') }}
    )
{%- endmacro %}
