import { z } from 'zod';
import { DocumentError, type Mistake, readLocated, readText, validate } from '../documents/located-yaml.ts';
import type { Slots } from '../intent/recognition.ts';
import type { ExpectedReading, GoldUtterance } from './gold.ts';

const value = z.union([z.string(), z.number(), z.boolean()]);

/** One line; what else stands in it is for others. */
const utterance = z.object({
  text: z.string().refine((said) => said.trim() !== '', 'expected something that was said'),
  intent: z.string().nullish(),
  slots: z.record(z.string(), z.union([value, z.array(value).min(1)])).default({}),
  context: z.record(z.string(), z.unknown()).default({}),
  language: z.string().optional(),
  kind: z.string().default('single'),
});

/** More combinations of values that are right are not tried. */
const MOST_READINGS = 64;

/**
 * Reads a corpus of one JSON object a line: `text`, `intent` (a Home Assistant action; none = nothing may be done),
 * `slots` (of a list any member is right), `context` (`area` or `room`: where it was said), `language`, `kind`.
 *
 * @throws DocumentError with everything that is wrong, each with its place
 */
export async function loadCorpusLines(file: string): Promise<readonly GoldUtterance[]> {
  return readCorpusLines(await readText(file), file);
}

/** As `loadCorpusLines`, from the text of the file. */
export function readCorpusLines(content: string, file: string): readonly GoldUtterance[] {
  const mistakes: Mistake[] = [];
  const utterances = content.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      // JSON is YAML, too, and so its mistakes have places.
      return [goldOf(validate(readLocated(line, file), utterance), `${file}:${index + 1}`)];
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error;
      mistakes.push(...error.mistakes.map((mistake) => ({ ...mistake, line: index + 1 })));
      return [];
    }
  });
  if (mistakes.length > 0) throw new DocumentError(mistakes);
  if (utterances.length === 0) {
    throw new DocumentError([
      { file, line: 1, column: 1, message: 'the corpus is empty; expected utterances' },
    ]);
  }
  return utterances;
}

function goldOf(
  { text, intent, slots, context, language, kind }: z.output<typeof utterance>,
  place: string,
): GoldUtterance {
  const room = context['area'] ?? context['room'];
  return {
    says: text,
    kind,
    before: [],
    readings: readingsOf(intent ?? undefined, slots),
    place,
    ...(language !== undefined && { language }),
    ...(typeof room === 'string' && { room }),
  };
}

function readingsOf(
  intent: string | undefined,
  slots: z.output<typeof utterance>['slots'],
): readonly [ExpectedReading, ...ExpectedReading[]] {
  if (intent === undefined) return [{ status: 'unclear' }];
  const reading = (entities: Slots): ExpectedReading => ({
    status: 'recognized',
    kind: /\.get(_|$)/.test(intent) ? 'query' : 'action',
    actions: [{ intent, entities, allowsMore: false }],
  });
  const [first = {}, ...others] = combinations(Object.entries(slots));
  return [reading(first), ...others.slice(0, MOST_READINGS - 1).map(reading)];
}

function combinations(
  slots: readonly (readonly [string, z.output<typeof value> | z.output<typeof value>[]])[],
): Slots[] {
  return slots.reduce<Slots[]>(
    (soFar, [slot, values]) =>
      soFar
        .flatMap((chosen) => [values].flat().map((one) => ({ ...chosen, [slot]: one })))
        .slice(0, MOST_READINGS),
    [{}],
  );
}
