// One subject in a process of its own, which has read none of its sentences before. Started by subject-process.ts.
import { answer, buildSubject, score, withoutDiacritics } from '../../test/conformance/measure.ts';
import type { EngineSubject, SubjectResult } from './subjects.ts';

const { language, heard, ...choice } = JSON.parse(process.argv[2] ?? '') as EngineSubject;
const subject = await buildSubject(language, choice);
const answers = heard === undefined ? answer(subject) : answer(subject, withoutDiacritics);
const { intent, exact, median, p99 } = score(subject, answers);
const { buildMs, megabytes } = subject;
const shares = choice.rules === 'own' ? {} : { intent, exact };
const result: SubjectResult = { ...shares, median, p99, buildMs, megabytes };
process.send?.(result);
process.disconnect();
