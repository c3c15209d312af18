-- A row of erasure_requests.csv that is no SHA-256 erases nobody and says nothing: an address
-- in plain text, a hash in capitals, a blank. To mend it: docs/runbooks/README.md, "How to erase
-- a person". The build stops here, before anything right of staging is made.

select
    why,
    length(email_sha256) as character_count
from {{ ref('erasure_requests') }}
where
    email_sha256 is null
    or length(email_sha256) <> 64
    or translate(email_sha256, '0123456789abcdef', '') <> ''
