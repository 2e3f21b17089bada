"""The steps in Redis that must be whole, in Lua. Times are in milliseconds by Redis's own clock, which all machines share."""

_NOW = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
"""

HAND_OUT = """
-- KEYS: tasks, out. ARGV: key, task. An address that is out already stays as it is.
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 then return 0 end
redis.call('HSET', KEYS[2], ARGV[1], redis.call('XADD', KEYS[1], '*', 'key', ARGV[1], 'task', ARGV[2]))
return 1
"""

LEASE = (
    _NOW
    + """
-- KEYS: tasks, busy. ARGV: worker, count, lease. First what was leased to somebody who has not been heard of since.
redis.pcall('XGROUP', 'CREATE', KEYS[1], 'workers', '0', 'MKSTREAM')
local given = redis.call('XAUTOCLAIM', KEYS[1], 'workers', ARGV[1], ARGV[3], '0-0', 'COUNT', ARGV[2])[2]
local wanted = tonumber(ARGV[2]) - #given
if wanted > 0 then
    local read = redis.call('XREADGROUP', 'GROUP', 'workers', ARGV[1], 'COUNT', wanted, 'STREAMS', KEYS[1], '>')
    if read then
        for _, entry in ipairs(read[1][2]) do given[#given + 1] = entry end
    end
end
if #given > 0 then redis.call('ZADD', KEYS[2], now + ARGV[3], ARGV[1]) end
local tasks = {}
for _, entry in ipairs(given) do tasks[#tasks + 1] = {entry[1], entry[2][4]} end
return tasks
"""
)

# What another has taken over meanwhile stays with that one.
_IS_OURS = """
local function is_ours(id)
    local pending = redis.call('XPENDING', KEYS[1], 'workers', id, id, 1)
    return pending[1] and pending[1][2] == ARGV[1]
end
"""

RENEW = (
    _NOW
    + _IS_OURS
    + """
-- KEYS: tasks, busy. ARGV: worker, lease, ids.
redis.pcall('XGROUP', 'CREATE', KEYS[1], 'workers', '0', 'MKSTREAM')
redis.call('ZADD', KEYS[2], now + ARGV[2], ARGV[1])
for i = 3, #ARGV do
    if is_ours(ARGV[i]) then redis.call('XCLAIM', KEYS[1], 'workers', ARGV[1], 0, ARGV[i], 'JUSTID') end
end
"""
)

PUT_BACK = (
    _IS_OURS
    + """
-- KEYS: tasks, out. ARGV: worker, ids.
redis.pcall('XGROUP', 'CREATE', KEYS[1], 'workers', '0', 'MKSTREAM')
for i = 2, #ARGV do
    if is_ours(ARGV[i]) then
        local entry = redis.call('XRANGE', KEYS[1], ARGV[i], ARGV[i])[1]
        redis.call('XACK', KEYS[1], 'workers', ARGV[i])
        redis.call('XDEL', KEYS[1], ARGV[i])
        if entry then
            redis.call('HSET', KEYS[2], entry[2][2], redis.call('XADD', KEYS[1], '*', unpack(entry[2])))
        end
    end
end
"""
)

SEND = """
-- KEYS: answers, tasks. ARGV: message, the address that is settled, task. A task that is answered is nobody's to fetch any more,
-- but its address stays out until the answer is stored.
if ARGV[3] ~= '' then
    redis.pcall('XACK', KEYS[2], 'workers', ARGV[3])
    redis.call('XDEL', KEYS[2], ARGV[3])
end
redis.call('XADD', KEYS[1], '*', 'message', ARGV[1], 'key', ARGV[2])
"""

READ = """
-- KEYS: answers. ARGV: count, and '0' for what was read before and not settled, '>' for what is new.
redis.pcall('XGROUP', 'CREATE', KEYS[1], 'writer', '0', 'MKSTREAM')
local read = redis.call('XREADGROUP', 'GROUP', 'writer', 'writer', 'COUNT', ARGV[1], 'STREAMS', KEYS[1], ARGV[2])
local messages = {}
if read then
    for _, entry in ipairs(read[1][2]) do
        if entry[2] then messages[#messages + 1] = {entry[1], entry[2][2], entry[2][4]} end
    end
end
return messages
"""

SETTLE = """
-- KEYS: answers, tasks, out. ARGV: how many messages, their ids, the addresses that are settled.
local last = 1 + ARGV[1]
for i = 2, last do
    redis.pcall('XACK', KEYS[1], 'writer', ARGV[i])
    redis.call('XDEL', KEYS[1], ARGV[i])
end
for i = last + 1, #ARGV do
    local id = redis.call('HGET', KEYS[3], ARGV[i])
    if id then
        redis.pcall('XACK', KEYS[2], 'workers', id)
        redis.call('XDEL', KEYS[2], id)
        redis.call('HDEL', KEYS[3], ARGV[i])
    end
end
"""

IS_QUIET = (
    _NOW
    + """
-- KEYS: busy, answers. Whether no worker has anything in hand, and nothing waits to be stored.
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
return redis.call('ZCARD', KEYS[1]) == 0 and redis.call('XLEN', KEYS[2]) == 0
"""
)

TURN = (
    _NOW
    + """
-- KEYS: next, under way, paused. ARGV: request, delay, most at once, longest, now by the crawl's clock. Whether it is the host's
-- turn: {'go'}, {'wait', ms} or {'paused', until}.
local paused = redis.call('HGET', KEYS[3], 'until')
if paused and paused > ARGV[5] then return {'paused', paused} end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
local due = tonumber(redis.call('GET', KEYS[1]) or '0')
if due > now then return {'wait', due - now} end
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[3]) then return {'wait', 50} end
if tonumber(ARGV[2]) > 0 then redis.call('SET', KEYS[1], now + ARGV[2], 'PX', ARGV[2]) end
redis.call('ZADD', KEYS[2], now + ARGV[4], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
return {'go', 0}
"""
)

PAUSE = """
-- KEYS: paused. ARGV: until, asked by, seconds. As `vault.Frontier.pause_host`.
local known = redis.call('HMGET', KEYS[1], 'until', 'asked_by')
if ARGV[2] ~= '' and known[2] == ARGV[2] then return end
local till = ARGV[1]
if known[1] and known[1] > till then till = known[1] end
redis.call('HSET', KEYS[1], 'until', till, 'asked_by', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
"""

CLAIM = """
-- KEYS: writer, vault. ARGV: the vault, who writes, lease. Nil where the writer of another vault is there.
local holder = redis.call('GET', KEYS[2])
if holder and holder ~= ARGV[1] then return holder end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
redis.call('SET', KEYS[1], ARGV[2])
return ''
"""
