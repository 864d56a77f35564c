import { z } from 'zod';
import { name, positive } from './fields.ts';

const satelliteRoom = z.strictObject({
  satellite: name.meta({
    description: 'as Home Assistant knows it: an entity (assist_satellite.kuchnia) or the id of a device',
  }),
  room: name.meta({ description: 'an area of home.yaml (id, name or alias)' }),
});

export const wyoming = z.strictObject({
  enabled: z.boolean().default(false).meta({
    description: 'serve the Wyoming protocol, so that Home Assistant can choose this service in Assist',
  }),
  host: name.default('127.0.0.1').meta({
    description: 'address to listen on; the protocol has no password, so whoever reaches it gives orders',
  }),
  port: z.number().int().min(0).max(65_535).default(10_405).meta({ description: 'port; 0 = any free one' }),
  allow_anonymous: z.boolean().default(false).meta({
    description: 'listen beyond loopback all the same',
  }),
  rooms: z.array(satelliteRoom).default([]).meta({
    description: 'where satellites stand that are no entities of home.yaml with an area',
  }),
  answer_ms: z.number().int().min(100).max(60_000).default(8000).meta({
    description: 'how long understanding may take before somebody is told that nobody knows',
  }),
  executed_ms: z.number().int().min(0).max(60_000).default(5000).meta({
    description: 'how long the bridge may take to do what was understood; 0 = it is not waited for',
  }),
  idle_ms: z.number().int().min(100).max(3_600_000).default(60_000).meta({
    description: 'how long a connection may say nothing',
  }),
  message_ms: z.number().int().min(100).max(60_000).default(5000).meta({
    description: 'how long a client may take over one message, sending or receiving',
  }),
  max_connections: positive.max(10_000).default(50).meta({ description: 'connections at once' }),
  max_header_bytes: positive.max(1_048_576).default(16_384).meta({
    description: 'size of the first line of a message, at most',
  }),
  max_data_bytes: positive.max(1_048_576).default(65_536).meta({
    description: 'size of the data of a message, at most',
  }),
  max_payload_bytes: positive.max(16_777_216).default(65_536).meta({
    description: 'size of the payload of a message, at most; whatever it is, it is thrown away',
  }),
});
