import type { Redis } from 'ioredis';
import type { Config } from './config/schema.ts';
import { traceFields } from './intent/carried-trace.ts';
import type { RecognizedTranscript } from './intent/recognition.ts';
import type { Transcript } from './intent/transcript.ts';
import { knowledgeOf } from './language/languages.ts';
import type { Home } from './lexicon/home.ts';
import { createSayer } from './stream/say.ts';
import { groupsOf } from './stream/stream-information.ts';
import type { StreamNames } from './stream/stream-names.ts';
import type { Logger } from './telemetry/log.ts';
import { version } from './version.ts';
import { createInfo } from './wyoming/info.ts';
import { startWyomingServer, type WyomingServer } from './wyoming/server.ts';

/**
 * Serves Home Assistant's Assist. What is said there goes onto an input stream, so that it keeps its place among whatever
 * its room says, is done by whoever does that, and is in nobody's way.
 *
 * @param reader a connection of its own, because waiting blocks it
 * @param home asked each time, as `languages` is, of which there are sentences
 * @param names of the input stream that it is said on
 * @throws an error that names the address when it cannot listen there
 */
export async function startAssist({
  config: { wyoming, bridge, recognition },
  home,
  languages,
  redis,
  reader,
  names,
  recognise,
  log,
}: {
  config: Config;
  home: () => Home;
  languages: () => Iterable<string>;
  redis: Redis;
  reader: Redis;
  names: StreamNames;
  recognise: (
    transcript: Transcript,
    options: { readonly signal: AbortSignal },
  ) => Promise<RecognizedTranscript>;
  log: Logger;
}): Promise<WyomingServer> {
  const sayer = createSayer({
    redis,
    reader,
    names,
    executedStream: bridge.output,
    sayLimitMs: wyoming.answer_ms,
  });
  const rooms = new Map(wyoming.rooms.map(({ satellite, room }) => [satellite, room]));
  const server = await startWyomingServer(
    {
      host: wyoming.host,
      port: wyoming.port,
      maxConnections: wyoming.max_connections,
      limits: {
        message: {
          headerBytes: wyoming.max_header_bytes,
          dataBytes: wyoming.max_data_bytes,
          payloadBytes: wyoming.max_payload_bytes,
        },
        idleMs: wyoming.idle_ms,
        messageMs: wyoming.message_ms,
      },
      times: { answerMs: wyoming.answer_ms, executedMs: wyoming.executed_ms },
    },
    {
      info: () => createInfo({ languages: [...languages()], version }),
      log,
      operations: {
        say: ({ text, frameId, language, room, sessionId, trace }, signal) =>
          sayer.say(
            {
              ...{ transcript: text, frame_id: frameId, language },
              ...(room !== undefined && { room }),
              ...(sessionId !== undefined && { session_id: sessionId }),
              ...(trace && traceFields(trace)),
            },
            signal,
          ),
        recognise: (transcript, signal) => recognise(transcript, { signal }),
        async hasBridge() {
          const groups = await groupsOf(redis, names.output);
          return groups.some((group) => group.get('name') === bridge.group);
        },
        roomOf: (satellite) => rooms.get(satellite) ?? home().entity(satellite)?.area,
        phrases: (language) => knowledgeOf(primary(language)).phrases,
        defaultLanguage: recognition.language_default,
      },
    },
  );
  return {
    url: server.url,
    async close() {
      await server.close();
      sayer.close();
    },
  };
}

/** `pl` of `pl-PL`. */
function primary(language: string): string {
  return (language.split('-')[0] ?? language).toLowerCase();
}
