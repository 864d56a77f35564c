/** Tells which actions a pattern such as `lock.*` fits; `*` stands for any characters, also for none. */
export function actionPattern(pattern: string): (action: string) => boolean {
  const [start = '', ...between] = pattern.split('*');
  const end = between.pop();
  if (end === undefined) return (action) => action === pattern;
  return (action) => {
    if (action.length < start.length + end.length) return false;
    if (!action.startsWith(start) || !action.endsWith(end)) return false;
    const last = action.length - end.length;
    let at = start.length;
    for (const part of between) {
      const found = action.indexOf(part, at);
      if (found < 0 || found + part.length > last) return false;
      at = found + part.length;
    }
    return true;
  };
}

/** True where a pattern fits an action. */
export function fitsAction(pattern: string, action: string): boolean {
  return actionPattern(pattern)(action);
}

/** True where a pattern fits everything that another one does. A `*` of the other is a character like no other. */
export function coversPattern(pattern: string, other: string): boolean {
  return fitsAction(pattern, other);
}

/** True where some action fits both patterns. */
export function patternsMeet(one: string, other: string): boolean {
  const known = new Map<string, boolean>();

  function meet(at: number, otherAt: number): boolean {
    const key = `${at} ${otherAt}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const meets = decide(at, otherAt);
    known.set(key, meets);
    return meets;
  }

  function decide(at: number, otherAt: number): boolean {
    const [character, otherCharacter] = [one[at], other[otherAt]];
    if (character === '*') return meet(at + 1, otherAt) || (otherAt < other.length && meet(at, otherAt + 1));
    if (otherCharacter === '*') return meet(at, otherAt + 1) || (at < one.length && meet(at + 1, otherAt));
    if (character === undefined || otherCharacter === undefined) return character === otherCharacter;
    return character === otherCharacter && meet(at + 1, otherAt + 1);
  }

  return meet(0, 0);
}
