-- No other key of the data may be that of a security asked about.
-- says: a security asked about may have two identifiers, so that its holdings count only in part
-- severity: warn
-- scope: question
-- remedy: Load the files again with --map, which gives both identifiers one security; ask for that.

with

possible_doubles as (
    select * from marts.possible_doubles
)

select
    possible_doubles.ticker as subject,
    concat_ws(
        ' ', possible_doubles.security_id, 'may be', concat(possible_doubles.other_id, ','),
        concat(possible_doubles.other_name, ':'),
        case
            when possible_doubles.funds_count = 0 then 'no fund holds that now'
            else concat_ws(
                ' ',
                possible_doubles.funds_count,
                case when possible_doubles.funds_count = 1 then 'fund,' else 'funds,' end,
                round(possible_doubles.held_shares / 1e6, 3), 'm shares,',
                case
                    when possible_doubles.held_usd is null then 'no value'
                    else concat_ws(' ', round(possible_doubles.held_usd / 1e6, 1), 'm USD')
                end,
                'count in no outflow'
            )
        end
    ) as fact
from possible_doubles
