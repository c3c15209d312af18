with

defined as (

    select * from {{ source('salesforce', 'opportunity_stage') }}

),

-- The object of that name has no is_won: only versions that history mode keeps tell it.
seen as (

    select
        stage_name as stage,
        max({{ read_as('bool', 'is_won') }}) as is_won,
        max({{ read_as('bool', 'is_closed') }}) as is_closed,
        max({{ decimal_or_null('probability') }}) as probability
    from (
        select
            stage_name,
            is_won,
            is_closed,
            probability
        from {{ source('salesforce', 'opportunity') }}
        union all
        select
            stage_name,
            is_won,
            is_closed,
            probability
        from {{ source('salesforce', 'opportunity_history') }}
    ) as deals
    where stage_name is not null
    group by stage_name

),

renamed as (

    select
        master_label as stage,
        coalesce(sort_order, '0') as position,
        is_won,
        case when {{ read_as('bool', 'is_won') }} then 'false' else is_closed end as is_lost,
        {{ as_share('default_probability') }} as win_probability,
        {{ not_told(['pipeline']) }}
    from defined

    union all

    select
        stage,
        cast(rank() over (order by probability nulls first) as varchar) as position,
        cast(coalesce(is_won, false) as varchar) as is_won,
        cast(coalesce(is_closed and not is_won, false) as varchar) as is_lost,
        {{ as_share('cast(probability as varchar)') }} as win_probability,
        {{ not_told(['pipeline']) }}
    from seen
    where stage not in (
        select defined.master_label
        from defined
        where defined.master_label is not null
    )

)

select {{ told_columns('deal_stages', 'salesforce') }}
from renamed
