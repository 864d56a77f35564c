import type { ModeSetting } from '../mode/mode-store.ts';
import type { CommandContext } from './command-context.ts';
import { withTools } from './remote.ts';

/** Shows the mode of running services, or sets it first. @param setting `auto` lets them choose by themselves again */
export async function mode(
  { setting, json = false }: { readonly setting?: ModeSetting; readonly json?: boolean },
  context: CommandContext,
): Promise<void> {
  const {
    mode: current,
    by,
    reason,
    operator,
  } = await withTools(context, ({ mode: tool }) => (setting === undefined ? tool.show() : tool.set(setting)));
  const { output, errors } = context;
  if (json) {
    output.write(`${JSON.stringify({ mode: current, by, reason, operator })}\n`);
    return;
  }
  output.write(reason === '' ? `${current}\n` : `${current}: ${reason}\n`);
  if (by === 'operator') {
    errors.write(
      'it holds until it is taken back by "llm-intent mode auto": then services choose by themselves\n',
    );
  }
}
