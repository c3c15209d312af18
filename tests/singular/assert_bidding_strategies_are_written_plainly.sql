-- A name of bidding_strategies.csv with a capital, a space, an underscore or a hyphen is never
-- found: its campaigns would stay unknown, and nothing would say so.

select
    bidding_strategy,
    why
from {{ ref('bidding_strategies') }}
where
    bidding_strategy is null
    or translate(bidding_strategy, 'abcdefghijklmnopqrstuvwxyz', '') <> ''
