import { join } from 'node:path';
import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { loadLocated, validate } from '../../../src/documents/located-yaml.ts';
import type { Meaning } from '../../../src/intent/recognition.ts';
import { collapse } from '../../../src/language/fold.ts';
import { loadHome } from '../../../src/lexicon/home-document.ts';
import type { ResolverContext } from '../../../src/recognise/resolver.ts';
import { loadRules } from '../../../src/rules/load-rules.ts';
import { rulesResolver } from '../../support/rules-resolver.ts';

const root = join(import.meta.dirname, '../../..');
const lines = z.array(
  z.strictObject({
    say: z.string(),
    room: z.string().optional(),
    status: z.enum(['recognized', 'unclear', 'unavailable', 'ambiguous']).default('recognized'),
    kind: z.enum(['action', 'query']).default('action'),
    intent: z.string().optional(),
    entities: z.record(z.string(), z.unknown()).default({}),
    answer: z.string().optional(),
    choices: z.array(z.string()).optional(),
  }),
);

const home = await loadHome(join(root, 'config/home.yaml'));
const rules = await loadRules(join(root, 'config/intents.yaml'));
const resolver = rulesResolver({ rules, home });
const context: ResolverContext = {
  signal: new AbortController().signal,
  span: trace.wrapSpanContext(INVALID_SPAN_CONTEXT),
  deadline: Number.POSITIVE_INFINITY,
  mayWait: true,
};

/** What the rules make of a line, in the shape of the golden file. */
async function understand(say: string, { room, language }: { room: string | undefined; language: string }) {
  const utterance = { text: collapse(say), language, ...(room !== undefined && { room }) };
  const outcome = await resolver.resolve(utterance, context);
  return outcome.kind === 'pass' ? { status: 'unclear' } : flat(outcome.meaning);
}

function flat(meaning: Meaning) {
  switch (meaning.status) {
    case 'recognized': {
      const { intent, entities } = meaning.kind === 'query' ? meaning.query : (meaning.actions[0] ?? {});
      return { status: meaning.status, kind: meaning.kind, intent, entities, answer: meaning.responseText };
    }
    case 'ambiguous':
      return {
        status: meaning.status,
        choices: meaning.candidates.map(({ label }) => label),
        answer: meaning.responseText,
      };
    default:
      return { status: meaning.status, answer: 'responseText' in meaning ? meaning.responseText : undefined };
  }
}

for (const language of ['pl', 'en']) {
  const document = await loadLocated(join(root, `test/golden/rules-${language}.yaml`));
  const golden = validate(document, lines);

  describe(`golden ${language}`, () => {
    test.for(golden.map((line) => [line.say, line.room ?? 'nowhere', line] as const))(
      '"%s", said in %s',
      async ([say, , { room, status, kind, intent, entities, answer, choices }]) => {
        const understood = await understand(say, { room, language });
        expect(understood).toMatchObject({
          status,
          ...(status === 'recognized' && { kind, intent }),
          ...(answer !== undefined && { answer }),
          ...(choices && { choices }),
        });
        if (status === 'recognized') expect(understood).toHaveProperty('entities', entities);
      },
    );
  });
}
