with

-- What nobody is known to have seen belongs to no visit.
pages as (

    select
        *,
        {{ time_or_null('timestamp') }} as seen_at
    from {{ source('segment', 'pages') }}
    where anonymous_id is not null

),

emails as (

    select
        anonymous_id,
        email,
        row_number() over (
            partition by anonymous_id
            order by {{ time_or_null('timestamp') }} desc nulls last, email
        ) as choice
    from {{ source('segment', 'identifies') }}
    where email is not null

),

lagged as (

    select
        *,
        lag(seen_at) over (partition by anonymous_id order by seen_at, id) as seen_before
    from pages

),

begun as (

    select
        *,
        case
            when
                seen_at is null
                or seen_before is null
                or seen_at > {{ dbt.dateadd('minute', 30, 'seen_before') }}
                then 1
            else 0
        end as is_beginning
    from lagged

),

numbered as (

    select
        *,
        sum(is_beginning) over (
            partition by anonymous_id
            order by seen_at, id
            rows between unbounded preceding and current row
        ) as visit_number
    from begun

),

renamed as (

    select
        numbered.is_beginning = 0 as is_replaced,
        first_value(numbered.id) over (
            partition by numbered.anonymous_id, numbered.visit_number
            order by numbered.seen_at, numbered.id
        ) as session_id,
        numbered.anonymous_id as visitor_id,
        {{ as_time('numbered.timestamp') }} as started_at,
        numbered.url as landing_page_url,
        numbered.referrer as referrer_url,
        emails.email,
        {{ synced_at('coalesce(numbered.uuid_ts, numbered.received_at)') }}
    from numbered
    left join emails on numbered.anonymous_id = emails.anonymous_id and emails.choice = 1

)

select {{ told_columns('web_sessions', 'segment') }}
from renamed
