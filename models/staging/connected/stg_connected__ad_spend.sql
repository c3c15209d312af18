{{ config(enabled=connectors_of('ad_spend') | length > 0) }}

{%- set measures = [] -%}
{%- for column in layout_columns('ad_spend') if column.form in ['amount', 'quantity'] -%}
    {%- do measures.append(column) -%}
{%- endfor %}

with

typed as (

    {{ typed_told('ad_spend') }}

),

known as (

    select
        *,
        greatest(cast(spend_date as timestamp), loaded_at) as known_at
    from typed

),

ranked as (

    select
        *,
        {{ standing('ad_spend', within=['connector', 'raw_key'], newest='synced_at') }} as standing
    from known
    where {{ is_known('known_at') }}

),

-- Devices, networks and hours of one key are one bill; what is left out of it stands alone.
marked as (

    select
        *,
        case
            when standing <> 'in_force' then {{ joined_text('delivered_text') }}
        end as own_text
    from ranked

),

added_up as (

    select
        connector,
        row_key,
        min(platform) as platform,
        min(account_id) as account_id,
        min(campaign_id) as campaign_id,
        min(ad_group_id) as ad_group_id,
        min(spend_date) as spend_date,
        {% for column in measures -%}
            sum({{ column.name }}) as {{ column.name }},
        {% endfor -%}
        case
            when own_text is null then cast(sum(cost) as varchar)
            else min(cost_delivered)
        end as cost_delivered,
        max(loaded_at) as loaded_at,
        first_issue,
        max(delivered_text) as delivered_text,
        standing,
        max(known_at) as known_at,
        count(*) as delivered_row_count
    from marked
    group by connector, row_key, first_issue, standing, own_text

),

-- A sum may be too long for what each of its parts is read as.
fitted as (

    select
        * replace (
            case
                {% for column in measures -%}
                    when
                        {{ column.name }} is not null
                        and {{ read_as(column.form, 'cast(' ~ column.name ~ ' as varchar)') }}
                        is null
                        then 'rejected'
                {% endfor -%}
                else standing
            end as standing,
            {% for column in measures -%}
                {{ read_as(column.form, 'cast(' ~ column.name ~ ' as varchar)') }}
                    as {{ column.name }},
            {% endfor -%}
            coalesce(
                first_issue,
                case
                    {% for column in measures -%}
                        when
                            {{ column.name }} is not null
                            and {{ read_as(column.form, 'cast(' ~ column.name ~ ' as varchar)') }}
                            is null
                            then '{{ column.name }}:out_of_range'
                    {% endfor -%}
                end
            ) as first_issue
        )
    from added_up

)

select
    {{ growing_columns('ad_spend', connector='connector', part='cast(null as varchar)') }},
    delivered_row_count,
    {{ run_number() }} as settled_run
from fitted
