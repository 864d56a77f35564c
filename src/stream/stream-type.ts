/**
 * Lua: `wrongType(key)` returns the error for a key that holds something else than a stream, and nil where all is
 * well. Redis's own error does not say which key it is.
 */
export const WRONG_TYPE = `
local function wrongType(key)
  local kind = redis.call('TYPE', key).ok
  if kind == 'stream' or kind == 'none' then return nil end
  return redis.error_reply('WRONGTYPE the key ' .. key .. ' holds a ' .. kind .. ' where a stream should be')
end
`;
