import { expect, test } from 'vitest';
import { selectorsOf } from '../support/selectors.ts';

test.each([
  ['up{job="llm-intent"} == 0', ['up{job="llm-intent"}']],
  ['sum by (a, b) (rate(x_total{a=~"b|c"}[5m])) / sum(y:ratio5m) > 0.5', ['x_total{a=~"b|c"}', 'y:ratio5m']],
  ['a unless a offset 15m and on () b > 2.5 or absent(c)', ['a', 'a', 'b', 'c']],
  ['max(a) * on () group_right () count_values("hour", hour(vector(time()) + max(b)))', ['a', 'b']],
  ['a > 14.4 * 0.001', ['a']],
])('%s looks at these metrics', (expression, expected) => {
  expect(selectorsOf(expression)).toEqual(expected);
});
