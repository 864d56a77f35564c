import { z } from 'zod';
import { webAddress } from './fields.ts';

export const orchestrator = z.strictObject({
  url: webAddress.optional().meta({
    env: 'ORCHESTRATOR_URL',
    description:
      'where the orchestrator of a vision pipeline is that this processor registers with; absent: nowhere',
  }),
  endpoint: webAddress.optional().meta({
    description:
      'where the orchestrator reaches this service, such as http://llm-intent:8005; default what it listens on, by the name of this machine where that is every address',
  }),
});
