import { loadConfig } from '../config/load.ts';
import { encodeObject } from '../intent/recognition-codec.ts';
import { recogniseRequest } from '../recognise-request.ts';
import { loadUnderstanding } from '../understanding.ts';
import { answerHeading, answerLine } from './answer-line.ts';
import type { CommandContext } from './command-context.ts';
import { explainedReadings, explanationLines } from './explanation.ts';
import { printable } from './printable.ts';

export interface RecognizeOptions {
  readonly room?: string;
  readonly language?: string;
  readonly json?: boolean;
  readonly explain?: boolean;
}

/** Understands sentences here and now: no Redis, no service. */
export async function recognize(
  texts: readonly string[],
  { room, language, json = false, explain = false }: RecognizeOptions,
  { environment, output, errors, signal }: CommandContext,
): Promise<void> {
  const config = await loadConfig(environment);
  const understanding = await loadUnderstanding(config);
  const complaint = room === undefined ? undefined : understanding.unknownRoom(room);
  if (complaint) errors.write(`${printable(complaint)}\n`);
  const foreign = language === undefined ? undefined : understanding.unknownLanguage(language);
  if (foreign) errors.write(`${printable(foreign)}\n`);
  const colours = output.isTTY === true;
  if (!json) output.write(`${answerHeading(colours)}\n`);
  for (const [index, text] of texts.entries()) {
    const transcript = {
      text,
      frameId: `cli-${index + 1}`,
      language: language ?? config.recognition.language_default,
      ...(room !== undefined && { room }),
    };
    const recognized = await recogniseRequest(transcript, { understanding, config, signal });
    const { explanation } = recognized.recognition;
    const fields = encodeObject(recognized);
    const readings = explain ? understanding.readings(transcript) : [];
    if (json) {
      const why = explain && { explanation, readings: explainedReadings(readings) };
      output.write(`${JSON.stringify({ ...fields, ...why })}\n`);
      continue;
    }
    output.write(`${answerLine(fields, colours)}\n`);
    if (explain) {
      for (const line of explanationLines(readings, explanation)) output.write(`  ${line}\n`);
    }
  }
}
