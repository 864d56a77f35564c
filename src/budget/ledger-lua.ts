// Every script bears being run twice, by the id of the expense or because it sets what it finds. None can fail halfway:
// a key of a wrong type and a number that is none show when they are read, which is before the first write.
// Amounts stay below 2^53 nano-dollars, nine million dollars, where Lua's numbers are exact.

/** Records kept in the ledger stream, some 5 MB: reports have the days' books, so these are for who looks into one call. */
const RECORDS_KEPT = 20_000;
/** From its first amount on, so a book of single scopes outlasts its month by two: a clock that is wrong throws none away that is not over. */
const WINDOW_KEPT_SECONDS = 100 * 24 * 60 * 60;
/** From its first amount on, so long a book of single scopes is missed where it is gone: longer than anybody can spend in it. */
const MISSED_SECONDS = { day: 3 * 24 * 60 * 60, month: 40 * 24 * 60 * 60 } as const;
/** The books of a day are kept for a little over two years: last year's month beside this year's. */
export const DAY_KEPT_SECONDS = 800 * 24 * 60 * 60;
/** Fields of one book, some nine a name: whoever asks under ever new names is booked as `OTHERS` past them. */
const FIELDS_KEPT = 3000;
/** All names of a day that came after the last one that had room. */
export const OTHERS = '(others)';
/** Leases that end at once are worked off so many a script. */
const DUE_AT_ONCE = 16;
/** A try that is done with is remembered for a day: its reservation may still be on the way to Redis. */
export const REMEMBERED_MS = 24 * 60 * 60 * 1000;

const START = `
local state, totals, expenses, due, ledger, floors, days, windows = unpack(KEYS)
local server = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')

local function bookOf(field)
  if string.sub(field, 1, 4) == 'all|' then return totals end
  return windows .. string.match(field, '[^|]*$')
end

local function totalsOf(field)
  local found = redis.call('HMGET', bookOf(field), 's|' .. field, 'r|' .. field)
  return tonumber(found[1] or '0') + 0, tonumber(found[2] or '0') + 0
end

local function secondsNow() return tonumber(redis.call('TIME')[1]) end

-- The epoch of the sums, and the books of single scopes that there must be, by label: until when, by Redis's clock. Read once.
local sumsEpoch, missed
local function readSums()
  if missed then return end
  local found = redis.call('HMGET', totals, 'epoch', 'books')
  sumsEpoch, missed = found[1], {}
  if not found[2] then return end
  local seconds = secondsNow()
  for label, last in string.gmatch(found[2], '(%S+)=(%d+)') do
    if tonumber(last) > seconds then missed[label] = last end
  end
end

local function booksDue()
  readSums()
  return missed
end

local function keep(book, field)
  if book == totals then return end
  local known, label = booksDue(), string.match(field, '[^|]*$')
  if known[label] then return end
  redis.call('EXPIRE', book, ${WINDOW_KEPT_SECONDS})
  local isMonth = string.sub(label, 1, 6) == 'month:'
  known[label] = string.format('%.0f', secondsNow() + (isMonth and ${MISSED_SECONDS.month} or ${MISSED_SECONDS.day}))
  local written = {}
  for name, last in pairs(known) do written[#written + 1] = name .. '=' .. last end
  redis.call('HSET', totals, 'books', table.concat(written, ' '))
end

local function add(name, field, amount)
  if amount == 0 then return end
  local book = bookOf(field)
  redis.call('HINCRBY', book, name .. '|' .. field, string.format('%.0f', amount))
  keep(book, field)
end

local function isBookMissing()
  local books = {}
  for label in pairs(booksDue()) do books[#books + 1] = windows .. label end
  return #books > 0 and redis.call('EXISTS', unpack(books)) < #books
end

-- Redis may lose one key and keep the others: whoever gave it too little memory lets it choose.
local function isTorn(epoch)
  readSums()
  if sumsEpoch ~= epoch or redis.call('HGET', expenses, 'epoch') ~= epoch then return true end
  return isBookMissing()
end

local function isOpen(epoch)
  local found = redis.call('HMGET', state, 'server', 'epoch', 'open')
  return found[1] == server and found[2] == epoch and found[3] == '1' and not isTorn(epoch)
end

-- No sum of ours is negative: somebody else wrote it, and the books count as lost.
local function isNonsense(spent, reserved)
  if spent >= 0 and reserved >= 0 then return false end
  redis.call('HDEL', totals, 'epoch')
  return true
end
`;

/**
 * `begin` puts all keys under one epoch. The sums of books that are torn no longer agree with the reservations: what is left
 * of them is what was committed, as far as Redis knows, and whoever has reservations says so again. `restore` raises what is
 * spent to what anybody knows to have been committed.
 */
const BEGIN = `
local function moveToFloors(book)
  local found = redis.call('HGETALL', book)
  for index = 1, #found, 2 do
    local name, kind = found[index], string.sub(found[index], 1, 2)
    if kind == 's|' or kind == 'r|' then
      redis.call('HDEL', book, name)
      local amount = math.max(0, tonumber(found[index + 1]))
      redis.call('HINCRBY', floors, string.sub(name, 3), string.format('%.0f', amount))
    end
  end
end

local function begin(epoch)
  local known = redis.call('HGETALL', totals)
  local labels = {}
  local function note(field) labels[string.match(field, '[^|]*$')] = true end
  for index = 1, #known, 2 do
    local name = known[index]
    if string.sub(name, 1, 2) == 'c|' then redis.call('HSET', totals, name, known[index + 1] .. ' ' .. epoch) end
    if name ~= 'epoch' and name ~= 'books' then note(name) end
  end
  for label in pairs(booksDue()) do note(label) end
  if redis.call('HGET', totals, 'epoch') ~= redis.call('HGET', expenses, 'epoch') or isBookMissing() then
    local tries = redis.call('HGETALL', expenses)
    for index = 1, #tries, 2 do
      if tries[index] ~= 'epoch' and #tries[index + 1] > 1 then
        for _, field in ipairs(cjson.decode(string.sub(tries[index + 1], 2)).fields) do note(field) end
      end
    end
    moveToFloors(totals)
    for label in pairs(labels) do moveToFloors(windows .. label) end
    redis.call('DEL', expenses, due)
    redis.call('HDEL', totals, 'books')
    missed = nil
  end
  redis.call('HSET', totals, 'epoch', epoch)
  redis.call('HSET', expenses, 'epoch', epoch)
end

local function restore()
  local asserted = redis.call('HGETALL', floors)
  for index = 1, #asserted, 2 do
    local spent, reserved = totalsOf(asserted[index])
    add('s', asserted[index], math.max(0, asserted[index + 1] - reserved - spent))
  end
  redis.call('DEL', floors)
end
`;

/**
 * `namesOf` finds where an expense is counted in the books of its day, before anything is written; `count` counts it there.
 * A late bill takes back what was counted of the worst case.
 */
const COUNT = `
local function namesOf(expense)
  local found = {}
  -- Set aside by a release that kept no such books: it must not stop everybody else.
  if not expense.day then return found end
  local model = expense.provider .. ':' .. expense.model
  for dimension, name in pairs({model = model, origin = expense.spender, variant = expense.variant or '(none)'}) do
    local key = days .. expense.day .. ':' .. dimension
    local known = redis.call('HGET', key, name .. '|cost')
    if known then known = known + 0
    elseif redis.call('HLEN', key) >= ${FIELDS_KEPT} then name = '${OTHERS}' end
    found[key] = name
  end
  return found
end

local function count(names, held, amount, outcome, cost, usage)
  local isSure = outcome ~= 'unknown' and outcome ~= 'expired'
  local changes = {cost = cost, unsure = isSure and 0 or cost}
  changes[isSure and outcome or 'unknown'] = 1
  for index = 1, #usage, 2 do changes[usage[index]] = tonumber(usage[index + 1]) end
  if string.sub(held, 1, 1) == 'w' then
    changes.cost = changes.cost - amount
    changes.unsure = changes.unsure - amount
    changes.unknown = (changes.unknown or 0) - 1
  end
  for key, name in pairs(names) do
    for what, change in pairs(changes) do
      if change ~= 0 or what == 'cost' then
        redis.call('HINCRBY', key, name .. '|' .. what, string.format('%.0f', change))
      end
    end
    redis.call('EXPIRE', key, ${DAY_KEPT_SECONDS})
  end
end
`;

/**
 * `book` replaces a reservation by what it cost, or by its worst case where nobody will say any more (`w`). Its record
 * carries `cost`, what the try cost, and `booked`, by how much the spending changed: a late bill corrects a worst case.
 */
const BOOK = `${COUNT}
local function book(id, held, now, outcome, cost, usage)
  local expense = cjson.decode(string.sub(held, 2))
  local amount, wasSpent = expense.amount, 0
  if string.sub(held, 1, 1) == 'w' then wasSpent = amount end
  if cost == '' then cost = amount else cost = tonumber(cost) end
  local names = namesOf(expense)
  local record = {'id', id, 'at', now, 'outcome', outcome, 'cost', string.format('%.0f', cost),
    'booked', string.format('%.0f', cost - wasSpent), 'reserved', string.format('%.0f', amount),
    'reserved_at', string.format('%.0f', expense.at or 0)}
  for _, name in ipairs({'provider', 'model', 'trace_id', 'utterance', 'origin', 'variant'}) do
    if expense[name] then
      record[#record + 1] = name
      record[#record + 1] = expense[name]
    end
  end
  for _, part in ipairs(usage) do record[#record + 1] = part end
  redis.call('XADD', ledger, 'MAXLEN', '~', ${RECORDS_KEPT}, '*', unpack(record))
  count(names, held, amount, outcome, cost, usage)
  for _, field in ipairs(expense.fields) do
    if wasSpent == 0 and string.sub(held, 1, 1) == 'o' then add('r', field, -amount) end
    -- An operator may have taken the worst case out already: nobody gets money back twice.
    add('s', field, math.max(cost - wasSpent, -(totalsOf(field))))
  end
  local letter, rest = 'c', ''
  if outcome == 'expired' then letter, rest = 'w', string.sub(held, 2) end
  redis.call('HSET', expenses, id, letter .. rest)
  redis.call('ZADD', due, now + ${REMEMBERED_MS}, id)
  return expense.fields
end

local function workOffDue(now)
  for _, id in ipairs(redis.call('ZRANGE', due, '-inf', now, 'BYSCORE', 'LIMIT', 0, ${DUE_AT_ONCE})) do
    local held = redis.call('HGET', expenses, id)
    if held and string.sub(held, 1, 1) == 'o' then
      book(id, held, now, 'expired', '', {})
    else
      redis.call('HDEL', expenses, id)
      redis.call('ZREM', due, id)
    end
  end
end
`;

/**
 * ARGV: epoch, now, id, amount, end of the lease, JSON of the expense, then a field and its limit for each window.
 * Returns `closed`, or a verdict, the number of the first window that refuses, and what is spent and reserved in each window
 * afterwards: `reserved`; `exceeded`, which waiting does not mend; `busy`, where open reservations are in the way; `settled`,
 * where the try is done with already.
 *
 * Refused by Redis when its memory is full: no call is paid for then.
 */
export const RESERVE = `#!lua
${START}${BOOK}
if not isOpen(ARGV[1]) then return {'closed'} end
local now, id, amount = ARGV[2], ARGV[3], tonumber(ARGV[4])
workOffDue(now)
local verdict, refusing, found, held = 'reserved', 0, {}, redis.call('HGET', expenses, id)
if held and string.sub(held, 1, 1) ~= 'o' then verdict = 'settled' end
for index = 7, #ARGV, 2 do
  local spent, reserved = totalsOf(ARGV[index])
  if isNonsense(spent, reserved) then return {'closed'} end
  local limit = tonumber(ARGV[index + 1])
  if not held then
    if spent + amount > limit then
      if verdict ~= 'exceeded' then refusing = (index - 5) / 2 end
      verdict = 'exceeded'
    elseif spent + reserved + amount > limit and verdict == 'reserved' then
      verdict, refusing = 'busy', (index - 5) / 2
    end
  end
  found[#found + 1] = spent
  found[#found + 1] = reserved
end
if verdict == 'reserved' and not held then
  for index = 7, #ARGV, 2 do
    add('r', ARGV[index], amount)
    found[index - 5] = found[index - 5] + amount
  end
  redis.call('HSET', expenses, id, 'o' .. ARGV[6])
  redis.call('ZADD', due, ARGV[5], id)
end
table.insert(found, 1, verdict)
table.insert(found, 2, refusing)
return found
`;

/**
 * ARGV: epoch, now, id, outcome, cost (empty: the whole reservation), JSON of the expense for the case that its reservation
 * is not there: it needed none, or Redis lost it (empty: nothing is booked then), then names and values for the record. Returns `closed`, or `settled` and, where something was booked, each
 * window with what is spent and reserved in it.
 *
 * Allowed when memory is full: it frees what others wait for.
 */
export const SETTLE = `#!lua flags=allow-oom
${START}${BOOK}
if not isOpen(ARGV[1]) then return {'closed'} end
local now, id, reply = ARGV[2], ARGV[3], {'settled'}
workOffDue(now)
local held = redis.call('HGET', expenses, id)
if not held and ARGV[6] ~= '' then held = 'n' .. ARGV[6] end
if not held then
  redis.call('HSET', expenses, id, 'c')
  redis.call('ZADD', due, now + ${REMEMBERED_MS}, id)
elseif string.sub(held, 1, 1) ~= 'c' then
  for _, field in ipairs(book(id, held, now, ARGV[4], ARGV[5], {unpack(ARGV, 7)})) do
    local spent, reserved = totalsOf(field)
    for _, part in ipairs({field, spent, reserved}) do reply[#reply + 1] = part end
  end
end
return reply
`;

/** ARGV: epoch, now, then windows. Returns `closed`, or `open` and what is spent and reserved in each. */
export const REFRESH = `#!lua flags=allow-oom
${START}${BOOK}
if not isOpen(ARGV[1]) then return {'closed'} end
workOffDue(ARGV[2])
local reply = {'open'}
for index = 3, #ARGV do
  local spent, reserved = totalsOf(ARGV[index])
  if isNonsense(spent, reserved) then return {'closed'} end
  reply[#reply + 1] = spent
  reply[#reply + 1] = reserved
end
return reply
`;

/**
 * Where Redis is another one than the books were opened on, or has none, or a part: closes them for a while, under a new epoch, in
 * which every process says what it knows. Whoever comes when the time is over opens them.
 *
 * ARGV: now, an epoch to begin with, how long to wait for the others in milliseconds, JSON of what this process knows:
 * `expenses` of its own that are open, each `{id, due, held}`, and `floors`, each `{field, committed, epoch}`, the epoch
 * being the one it was seen in: what was seen in these very books, they know. Returns the epoch and the milliseconds
 * left until the books can open, 0 where they are open.
 */
export const REASSERT = `#!lua flags=allow-oom
${START}${BEGIN}
local time = redis.call('TIME')
local present = time[1] * 1000 + math.floor(time[2] / 1000)
local known = cjson.decode(ARGV[4])
local found = redis.call('HMGET', state, 'server', 'epoch', 'open', 'opens', 'operator')
local epoch, open, opens = found[2], found[3] == '1', tonumber(found[4] or '0')
if found[1] ~= server or not epoch or isTorn(epoch) then
  epoch, open, opens = ARGV[2], false, present + ARGV[3]
  redis.call('DEL', floors)
  begin(epoch)
  redis.call('HSET', state, 'server', server, 'epoch', epoch, 'open', 0, 'opens', string.format('%.0f', opens))
end
for _, own in ipairs(known.expenses) do
  local expense = cjson.decode(own.held)
  if redis.call('HSETNX', expenses, own.id, 'o' .. own.held) == 1 then
    for _, field in ipairs(expense.fields) do add('r', field, expense.amount) end
    redis.call('ZADD', due, string.format('%.0f', own.due), own.id)
  end
end
if found[5] ~= epoch then
  for _, floor in ipairs(known.floors) do
    local before = tonumber(redis.call('HGET', floors, floor.field) or '-1')
    local corrected = redis.call('HGET', totals, 'c|' .. floor.field)
    local counts = not corrected or floor.epoch ~= '' and string.find(corrected, floor.epoch, 1, true)
    if floor.epoch ~= epoch and counts and floor.committed > before then
      redis.call('HSET', floors, floor.field, string.format('%.0f', floor.committed))
    end
  end
end
if not open and present < opens then return {epoch, opens - present} end
restore()
if not open then redis.call('HSET', state, 'open', 1) end
return {epoch, 0}
`;

/** ARGV: windows. Returns how the books stand (`absent`, `lost`, `settling`, `open`) and each window's totals. */
export const LOOK = `#!lua flags=no-writes
${START}
local found = redis.call('HMGET', state, 'server', 'epoch', 'open')
local standing = 'settling'
if not found[2] then standing = 'absent'
elseif found[1] ~= server or isTorn(found[2]) then standing = 'lost'
elseif found[3] == '1' then standing = 'open' end
local reply = {standing}
for index = 1, #ARGV do
  local spent, reserved = totalsOf(ARGV[index])
  reply[#reply + 1] = spent
  reply[#reply + 1] = reserved
end
return reply
`;

/**
 * ARGV: window, spent. What processes knew of it before, in this epoch or an earlier one, no longer counts. Returns what was
 * spent before.
 */
export const CORRECT = `#!lua
${START}
local spent = totalsOf(ARGV[1])
-- Written to, a book that is missing would be there again, without all the others in it: it stays lost until they are restored.
if isBookMissing() then redis.call('HDEL', totals, 'epoch') end
redis.call('HDEL', floors, ARGV[1])
redis.call('HSET', bookOf(ARGV[1]), 's|' .. ARGV[1], ARGV[2])
keep(bookOf(ARGV[1]), ARGV[1])
local epoch = redis.call('HGET', state, 'epoch')
if epoch then redis.call('HSET', totals, 'c|' .. ARGV[1], epoch) end
return spent
`;

/** ARGV: an epoch to go on with. What processes know besides their own open reservations no longer counts. */
export const OPEN = `#!lua
${START}${BEGIN}
redis.call('DEL', floors)
begin(ARGV[1])
restore()
redis.call('HSET', state, 'server', server, 'epoch', ARGV[1], 'open', 1, 'opens', 0, 'operator', ARGV[1])
return 1
`;
