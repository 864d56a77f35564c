/**
 * Adds a turn unless it is there, and takes away what is too old or too much. Run twice, it does nothing more.
 *
 * KEYS: the talk's turns, the talks of the room, the talks of the user (the turns again where there is none).
 * ARGV: id, turn, how many turns at most, oldest (milliseconds), lifetime (milliseconds), talk, has room, has user.
 */
export const ADD = `#!lua
local function at(turn)
  return tonumber(string.match(turn, '^%d+')) or 0
end
redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])
local fields = redis.call('HGETALL', KEYS[1])
local turns = {}
for i = 1, #fields, 2 do turns[#turns + 1] = { id = fields[i], at = at(fields[i + 1]) } end
table.sort(turns, function(one, other)
  if one.at == other.at then return one.id < other.id end
  return one.at < other.at
end)
for i, turn in ipairs(turns) do
  if i <= #turns - tonumber(ARGV[3]) or turn.at <= tonumber(ARGV[4]) then
    redis.call('HDEL', KEYS[1], turn.id)
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[5])
for i = 2, 3 do
  if ARGV[i + 5] == '1' then
    redis.call('SADD', KEYS[i], ARGV[6])
    redis.call('PEXPIRE', KEYS[i], ARGV[5])
  end
end
return 1
`;

/**
 * Takes a room's or a user's turns out of a talk. Run twice, it does nothing more.
 *
 * KEYS: the talk's turns. ARGV: the name of the room or the user. @returns how many there were
 */
export const FORGET = `#!lua
local fields = redis.call('HGETALL', KEYS[1])
local forgotten = 0
for i = 1, #fields, 2 do
  local room, user = string.match(fields[i + 1], '^%d+ (%S+) (%S+) ')
  if room == ARGV[1] or user == ARGV[1] then
    forgotten = forgotten + redis.call('HDEL', KEYS[1], fields[i])
  end
end
return forgotten
`;
