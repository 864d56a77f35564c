// One subject in a process of its own, which has read none of its sentences before. Started by subject-process.ts.
import { answer, buildSubject, score, withoutDiacritics } from '../../test/conformance/measure.ts';
import type { EngineSubject, SubjectRun } from './subjects.ts';

const { language, heard, ...choice } = JSON.parse(process.argv[2] ?? '') as EngineSubject;
const subject = await buildSubject(language, choice);
const answers = heard === undefined ? answer(subject) : answer(subject, withoutDiacritics);
const { intent, exact } = score(subject, answers);
const { buildMs, megabytes } = subject;
const shares = choice.rules === 'own' ? {} : { intent, exact };
const microseconds = answers.map((one) => one.microseconds);
const result: SubjectRun = { ...shares, microseconds, buildMs, megabytes };
process.send?.(result);
process.disconnect();
