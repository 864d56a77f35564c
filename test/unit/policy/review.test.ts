import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coversPattern, fitsAction, patternsMeet } from '../../../src/policy/action-pattern.ts';
import { parseHours } from '../../../src/policy/hours.ts';
import { createPolicy } from '../../../src/policy/policy.ts';
import { reviewPolicy } from '../../../src/policy/review.ts';
import type { PolicyRule } from '../../../src/policy/rule.ts';

const review = (...rules: PolicyRule[]) => reviewPolicy(rules, { trustUser: false });
const hours = (text: string) => parseHours(text) ?? { from: 0, to: 0 };

describe('the review of a policy', () => {
  test('finds nothing where each rule decides something', () => {
    expect(
      review(
        { action: 'lock.lock', decision: 'allow' },
        { action: 'lock.*', rooms: ['dzieci'], decision: 'deny' },
        { action: 'lock.*', decision: 'confirm' },
        { action: 'cover.*', deviceClass: 'garage', decision: 'deny' },
        { action: 'cover.*', hours: hours('22:00-06:00'), decision: 'deny' },
        { action: '*', decision: 'allow' },
      ),
    ).toEqual([]);
  });

  test('finds a rule that one above it contradicts', () => {
    expect(
      review(
        { action: 'lock.*', decision: 'confirm' },
        { action: 'lock.unlock', rooms: ['dzieci'], decision: 'deny' },
      ),
    ).toEqual([
      {
        index: 1,
        message: expect.stringMatching(/contradicts rule 1 \(lock\.\*: confirm\).*move this one up/),
      },
    ]);
  });

  test('finds a rule that says what one above it says', () => {
    expect(
      review({ action: '*', decision: 'deny' }, { action: 'siren.turn_on', decision: 'deny' }),
    ).toMatchObject([{ index: 1, message: expect.stringContaining('decides the same') }]);
  });

  test('finds a rule that several above it leave nothing to', () => {
    const found = review(
      { action: 'vacuum.*', hours: hours('06:00-22:00'), decision: 'allow' },
      { action: 'vacuum.*', hours: hours('22:00-06:00'), decision: 'deny' },
      { action: 'vacuum.start', decision: 'confirm' },
    );
    expect(found).toMatchObject([
      { index: 2, message: expect.stringContaining('those above it decide all') },
    ]);
    expect(
      review(
        { action: 'vacuum.*', hours: hours('06:00-22:00'), decision: 'allow' },
        { action: 'vacuum.*', hours: hours('22:00-05:59'), decision: 'deny' },
        { action: 'vacuum.start', decision: 'confirm' },
      ),
    ).toEqual([]);
  });

  test('asks for trust where a user may do more than others, and only there', () => {
    const allows: PolicyRule = { action: 'lock.*', users: ['Jan'], decision: 'allow' };
    expect(review(allows)).toMatchObject([
      { index: 0, message: expect.stringContaining('policy.trust_user') },
    ]);
    expect(reviewPolicy([allows], { trustUser: true })).toEqual([]);
    expect(review({ ...allows, action: 'light.*' })).toEqual([]);
    expect(review({ ...allows, decision: 'deny' })).toEqual([]);
    const denied: PolicyRule = { action: 'light.*', decision: 'deny' };
    expect(review({ action: 'light.turn_on', users: ['Jan'], decision: 'confirm' }, denied)).toHaveLength(1);
    expect(
      review(
        { action: 'light.turn_on', users: ['Jan'], rooms: ['a'], decision: 'allow' },
        {
          ...denied,
          rooms: ['b'],
        },
      ),
    ).toEqual([]);
  });

  test('tells things apart by where they stand and how they are marked', () => {
    const own: PolicyRule = { action: '*', labels: ['a'], decision: 'deny' };
    expect(review(own, { ...own, decision: 'allow' })).toHaveLength(1);
    expect(review(own, { ...own, labels: ['a', 'b'], decision: 'allow' })).toEqual([]);
    expect(review(own, { action: '*', areas: ['salon'], decision: 'allow' })).toEqual([]);
    const there: PolicyRule = { action: '*', areas: ['salon', 'hol'], decision: 'deny' };
    expect(review(there, { action: 'light.*', areas: ['hol'], decision: 'confirm' })).toHaveLength(1);
  });

  test('compares users without their case, and takes another user for another', () => {
    const kid: PolicyRule = { action: '*', users: ['Kuba'], decision: 'deny' };
    expect(review(kid, { ...kid, users: ['kuba'] })).toHaveLength(1);
    expect(review(kid, { ...kid, users: ['kuba', 'Ola'] })).toEqual([]);
  });
});

describe('the review of any policy', () => {
  const some = <Value>(...values: Value[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 });
  const minute = fc.constantFrom(0, 360, 361, 720, 1320, 1439);
  const rule: fc.Arbitrary<PolicyRule> = fc.record(
    {
      action: fc.constantFrom('*', 'a.*', '*.x', 'a.x', 'b.y'),
      decision: fc.constantFrom('allow', 'confirm', 'deny'),
      deviceClass: fc.constantFrom('garage', 'shutter'),
      rooms: some('r', 's'),
      users: some('Jan', 'ola'),
      hours: fc
        .tuple(minute, minute)
        .filter(([from, to]) => from !== to)
        .map(([from, to]) => ({ from, to })),
    },
    { requiredKeys: ['action', 'decision'] },
  );
  const rules = fc.array(rule, { maxLength: 6 });
  const situations = ['a.x', 'a.y', 'b.x', 'b.y'].flatMap((intent) =>
    ['garage', 'shutter', 'blind'].flatMap((deviceClass) =>
      ['r', 's', 't'].flatMap((room) =>
        ['jan', 'ola', 'ewa'].flatMap((user) =>
          [0, 100, 360, 361, 700, 720, 1000, 1320, 1400, 1439].map((now) => ({
            intent,
            deviceClass,
            asked: { language: 'en', room, user, now },
          })),
        ),
      ),
    ),
  );

  /** What becomes of an action in each situation; a refusal, a confirmation or nothing. */
  function decisions(all: readonly PolicyRule[]): string {
    const decide = createPolicy({
      rules: all,
      things: ({ entities }) => [
        { domain: 'a', name: 'thing', hasKnownClass: true, deviceClass: String(entities['class']) },
      ],
      wallClock: (now) => now,
    });
    return situations
      .map(({ intent, deviceClass, asked }) => {
        const actions = [{ intent, entities: { class: deviceClass } }];
        const result = decide(
          { status: 'recognized', kind: 'action', actions, confidence: 1, requiresConfirmation: false },
          asked,
        );
        return result.status === 'refused'
          ? 'd'
          : 'requiresConfirmation' in result && result.requiresConfirmation;
      })
      .join();
  }

  test('calls a rule unreachable when, and only when, nothing is decided otherwise whatever it says', () => {
    fc.assert(
      fc.property(rules, (all) => {
        const found = new Set(reviewPolicy(all, { trustUser: true }).map(({ index }) => index));
        for (const index of all.keys()) {
          const saying = (['allow', 'confirm', 'deny'] as const).map((decision) =>
            decisions(all.map((one, at) => (at === index ? { ...one, decision } : one))),
          );
          expect(new Set(saying).size === 1).toBe(found.has(index));
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('a pattern of actions', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 6 });
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 5 });
  const byExpression = (source: string, action: string) =>
    new RegExp(`^${source.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(action);

  test('fits as the regular expression does that it stands for', () => {
    fc.assert(
      fc.property(pattern, text, (source, action) => {
        expect(fitsAction(source, action)).toBe(byExpression(source, action));
      }),
      { numRuns: 2000 },
    );
  });

  test('meets another where an action fits both, and covers it where all do', () => {
    fc.assert(
      fc.property(pattern, pattern, text, (one, other, action) => {
        const [fitsOne, fitsOther] = [fitsAction(one, action), fitsAction(other, action)];
        if (fitsOne && fitsOther) expect(patternsMeet(one, other)).toBe(true);
        if (fitsOther && coversPattern(one, other)) expect(fitsOne).toBe(true);
        if (coversPattern(one, other)) expect(patternsMeet(one, other)).toBe(true);
        expect(patternsMeet(one, other)).toBe(patternsMeet(other, one));
      }),
      { numRuns: 2000 },
    );
    expect(patternsMeet('lock.*', '*.turn_on')).toBe(true);
    expect(patternsMeet('lock.*', 'cover.*')).toBe(false);
    expect(patternsMeet('light.turn_on', 'light.*_off')).toBe(false);
  });
});
