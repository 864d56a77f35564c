/**
 * Adds turns that are not there yet, and takes away what is too old or too much. Run twice, it does nothing more.
 *
 * KEYS: the talk's turns, the talks of the room, the talks of the user (the turns again where there is none).
 * ARGV: how many turns at most, oldest (milliseconds), lifetime (milliseconds), talk, has room, has user; then id and turn
 * of each.
 */
export const ADD = `#!lua
local function at(turn)
  return tonumber(string.match(turn, '^%d+')) or 0
end
for i = 7, #ARGV, 2 do redis.call('HSETNX', KEYS[1], ARGV[i], ARGV[i + 1]) end
local fields = redis.call('HGETALL', KEYS[1])
local turns = {}
for i = 1, #fields, 2 do turns[#turns + 1] = { id = fields[i], at = at(fields[i + 1]) } end
table.sort(turns, function(one, other)
  if one.at == other.at then return one.id < other.id end
  return one.at < other.at
end)
for i, turn in ipairs(turns) do
  if i <= #turns - tonumber(ARGV[1]) or turn.at <= tonumber(ARGV[2]) then
    redis.call('HDEL', KEYS[1], turn.id)
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
for i = 2, 3 do
  if ARGV[i + 3] == '1' then
    redis.call('SADD', KEYS[i], ARGV[4])
    redis.call('PEXPIRE', KEYS[i], ARGV[3])
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
