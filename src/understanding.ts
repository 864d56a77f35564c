import { resolve } from 'node:path';
import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import type { Clock } from './clock.ts';
import type { Config } from './config/schema.ts';
import type { RecognizedTranscript } from './intent/recognition.ts';
import type { Transcript } from './intent/transcript.ts';
import { createPolicy } from './policy/policy.ts';
import { createRecognise, type Recognise } from './recognise/recognise.ts';
import type { Resolver } from './recognise/resolver.ts';
