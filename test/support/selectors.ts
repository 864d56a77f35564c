const NO_METRICS = new Set([
  'and',
  'or',
  'unless',
  'bool',
  'offset',
  'ignoring',
  'group_left',
  'group_right',
]);

/** The metrics that a PromQL expression looks at, each with its labels: `up{job="llm-intent"}`. */
export function selectorsOf(expression: string): string[] {
  const withoutGroups = expression
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ')
    .replaceAll(/\[[^\]]*\]/g, ' ')
    .replaceAll(/\boffset\s+\w+/g, ' ');
  const found = withoutGroups.matchAll(/(?<![\w."])([a-zA-Z_:][\w:]*)\s*(\{[^}]*\})?(?!\s*\(|\w)/g);
  return [...found].flatMap(([, name = '', labels = '']) =>
    NO_METRICS.has(name) ? [] : [`${name}${labels}`],
  );
}
