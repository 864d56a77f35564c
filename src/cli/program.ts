import { Argument, Command, Option } from 'commander';
import { MODES, type Mode } from '../intent/mode.ts';
import { STATISTICS_DAYS } from '../intent/statistics.ts';
import { version } from '../version.ts';
import { type BatchOptions, batch } from './batch.ts';
import { bridge, cancelSchedules, listSchedules } from './bridge.ts';
import { dollarAmount, openBudget, setBudget, showBudget } from './budget.ts';
import { clearCache, showCacheStats } from './cache.ts';
import { check } from './check.ts';
import type { CommandContext } from './command-context.ts';
import { completion, SHELLS, type Shell } from './completion.ts';
import { forgetConversation } from './conversation.ts';
import { dropDeadLetters, listDeadLetters, replayDeadLetters } from './dead-letters.ts';
import { demo } from './demo.ts';
import { evaluate } from './eval.ts';
import { type EvalOptions, noiseNames, resolverNames } from './eval-options.ts';
import { type HomeSyncOptions, syncHome } from './home-sync.ts';
import { mode } from './mode.ts';
import { atMost, count, entryIds, httpAddress, share, timerSeconds } from './option-values.ts';
import { type RecognizeOptions, recognize } from './recognize.ts';
import { type CostOptions, REPORT_BY, reportCost } from './report-cost.ts';
import { type SendOptions, send } from './send.ts';
import { serve } from './serve.ts';
import { showStats } from './stats.ts';

/** Every command with its options, ready to parse a command line. It ends by an error rather than with the process. */
export function createProgram(context: CommandContext): Command {
  const program = new Command('llm-intent')
    .description('Turns what people say at home into intents Home Assistant can act on.')
    .version(version)
    .exitOverride()
    .showHelpAfterError()
    .configureOutput({
      writeOut: (text) => context.output.write(text),
      writeErr: (text) => context.errors.write(text),
    });

  program
    .command('serve')
    .description('run the stream processor and its HTTP server')
    .addHelpText('after', example('REDIS_URL=redis://127.0.0.1:6379 llm-intent serve'))
    .action(() => serve(context));

  program
    .command('recognize')
    .description('understand sentences here and now; needs no Redis')
    .argument('<text...>', 'what was said, one sentence an argument')
    .option('--room <room>', 'where it was said')
    .option('--language <tag>', 'its language, such as pl or en-US')
    .option('--json', 'one JSON object a line')
    .option('--explain', 'show which template and values matched, how surely, and what came second')
    .addHelpText('after', example('llm-intent recognize "zapal światło w salonie" --explain'))
    .action((texts: string[], options: RecognizeOptions) => recognize(texts, options, context));

  program
    .command('send')
    .description('send sentences through the streams of a running service')
    .argument('<text...>', 'what was said, one sentence an argument')
    .option('--room <room>', 'where it was said')
    .option('--user <user>', 'who said it')
    .option('--language <tag>', 'its language, such as pl or en-US')
    .option('--timeout <seconds>', 'how long to wait for each answer', timerSeconds, 10)
    .option('--json', 'one JSON object a line')
    .addHelpText(
      'after',
      example('REDIS_URL=redis://127.0.0.1:6379 llm-intent send "zgaś światło" --room kuchnia'),
    )
    .action((texts: string[], options: SendOptions) => send(texts, options, context));

  program
    .command('batch')
    .description('have a running service understand every line of a file; nothing is done at home')
    .argument('<file>', 'a sentence a line, or {"text": "...", "room": "..."}')
    .option('--output <file>', 'where results go, a JSON object a line; <file>.results.jsonl by default')
    .option('--url <address>', 'where the service listens; as configured by default', httpAddress)
    .option('--concurrency <count>', 'how many lines it works on at a time, 32 at most', atMost(32), 8)
    .option('--limit <count>', 'only so many of those that are not answered yet', count)
    .option('--dry-run', 'tell what would be asked, and ask nobody')
    .option(
      '--force',
      'ask again what an earlier run has answered; with --limit, only so many from the beginning',
    )
    .option('--json', 'the counts as a JSON object')
    .addHelpText('after', example('llm-intent batch said-in-october.txt --concurrency 16'))
    .action((file: string, options: BatchOptions) => batch(file, options, context));

  program
    .command('eval')
    .description('let a corpus be understood and tell how well it was')
    .argument('<corpus>', 'utterances and what is right to make of them: YAML, or .jsonl')
    .option(
      '--resolver <names>',
      'who is asked: rules, llm:openai:gpt-5-mini, or several with commas between, side by side',
      resolverNames,
      ['rules'],
    )
    .option('--max-cost <dollars>', 'what models may cost, all together, such as 0.50', dollarAmount)
    .option('--concurrency <count>', 'how many utterances a model is asked about at a time', count, 4)
    .option('--fresh', 'ask models again what they answered in an earlier run')
    .option(
      '--noise <names>',
      'spoil what is said: diacritics,fillers,typos,case or some of these',
      noiseNames,
    )
    .option('--seed <text>', 'other noise of the same sort', '1')
    .option('--min-accuracy <share>', 'fail when less than this is understood exactly, such as 0.95', share)
    .option('--failures', 'show what was not understood exactly: expected and got')
    .option('--language <tag>', 'the language of utterances that name none')
    .option('--room <room>', 'where those were said that name no room')
    .option('--limit <count>', 'only so many, from the beginning', count)
    .option('--json', 'as a JSON object')
    .addHelpText(
      'after',
      `${example('llm-intent eval test/golden/corpus/pl.yaml --failures')}\n  llm-intent eval test/golden/corpus/pl.yaml --resolver rules,llm:openai:gpt-5-mini --max-cost 0.50`,
    )
    .action((corpus: string, options: EvalOptions) => evaluate(corpus, options, context));

  program
    .command('check')
    .description('check the configuration, the rules and the home')
    .option('--json', 'as a JSON object')
    .addHelpText('after', example('LLM_INTENT_CONFIG=/etc/llm-intent llm-intent check'))
    .action((options: { json?: boolean }) => check(options, context));

  const deadLetters = program
    .command('dead-letters')
    .description('look after entries that could not be answered')
    .addHelpText('after', example('REDIS_URL=redis://127.0.0.1:6379 llm-intent dead-letters list --limit 5'));
  deadLetters
    .command('list')
    .description('show the newest ones')
    .option('--limit <count>', 'how many', count, 20)
    .option('--json', 'one JSON object a line')
    .addHelpText('after', example('REDIS_URL=redis://127.0.0.1:6379 llm-intent dead-letters list --limit 5'))
    .action((options: { limit: number; json?: boolean }) => listDeadLetters(options, context));
  deadLetters
    .command('replay')
    .description('put them back onto the stream they came from, as if they were said now')
    .argument('[id...]', 'ids as listed', entryIds)
    .option('--all', 'all there are, the oldest first')
    .option('--json', 'one JSON object a line')
    .addHelpText(
      'after',
      `${example('REDIS_URL=redis://127.0.0.1:6379 llm-intent dead-letters replay 1795250000000-0')}  $ REDIS_URL=redis://127.0.0.1:6379 llm-intent dead-letters replay --all\n`,
    )
    .action((ids: string[], options: { all?: boolean; json?: boolean }) =>
      replayDeadLetters({ ids, ...options }, context),
    );
  deadLetters
    .command('drop')
    .description('throw them away')
    .argument('[id...]', 'ids as listed', entryIds)
    .option('--all', 'all there are')
    .option('--json', 'one JSON object a line')
    .addHelpText(
      'after',
      `${example('REDIS_URL=redis://127.0.0.1:6379 llm-intent dead-letters drop 1795250000000-0')}  $ REDIS_URL=redis://127.0.0.1:6379 llm-intent dead-letters drop --all\n`,
    )
    .action((ids: string[], options: { all?: boolean; json?: boolean }) =>
      dropDeadLetters({ ids, ...options }, context),
    );

  const budget = program
    .command('budget')
    .description('look after what language models may cost')
    .addHelpText('after', example('REDIS_URL=redis://127.0.0.1:6379 llm-intent budget show'));
  budget
    .command('show')
    .description('show what is spent and set aside of each limit, and when it starts anew')
    .option('--json', 'as a JSON object')
    .addHelpText('after', example('REDIS_URL=redis://127.0.0.1:6379 llm-intent budget show --json'))
    .action((options: { json?: boolean }) => showBudget(options, context));
  budget
    .command('set')
    .description("correct what is spent in the current day or month, such as to the provider's own bill")
    .addArgument(new Argument('<window>', 'which one').choices(['day', 'month']))
    .argument('<dollars>', 'what is spent in it, such as 1.25', dollarAmount)
    .option('--scope <name>', 'by whom, as "budget show" names it: provider:openai, origin:anna', 'all')
    .option('--json', 'as a JSON object')
    .addHelpText('after', example('REDIS_URL=redis://127.0.0.1:6379 llm-intent budget set day 1.25'))
    .action((window: 'day' | 'month', spent: number, options: { scope: string; json?: boolean }) =>
      setBudget({ window, spent, ...options }, context),
    );
  budget
    .command('open')
    .description('go on from what Redis holds, whatever services remember of what it lost')
    .option('--json', 'as a JSON object')
    .addHelpText('after', example('REDIS_URL=redis://127.0.0.1:6379 llm-intent budget open'))
    .action((options: { json?: boolean }) => openBudget(options, context));

  const report = program
    .command('report')
    .description('tell where the money went')
    .addHelpText(
      'after',
      example('REDIS_URL=redis://127.0.0.1:6379 llm-intent report cost --by model --from 2026-11'),
    );
  report
    .command('cost')
    .description('tell what was spent, on what, and what an utterance costs')
    .addOption(new Option('--by <what>', 'a line for each').choices(REPORT_BY).default('day'))
    .option(
      '--from <day>',
      'the first day: 2026-11-21, 2026-11, today, yesterday; the first of the month by default',
    )
    .option('--to <day>', 'the last day, as --from; today by default')
    .addOption(
      new Option('--format <name>', 'how it is written').choices(['table', 'json', 'csv']).default('table'),
    )
    .addOption(new Option('--json', 'as --format json').conflicts('format'))
    .addOption(
      new Option(
        '--reconcile <file>',
        "hold the books against a usage export of OpenAI's or Anthropic's, by day (JSON), on its days; fails where they differ",
      ).conflicts(['by', 'from', 'to']),
    )
    .addHelpText(
      'after',
      example('REDIS_URL=redis://127.0.0.1:6379 llm-intent report cost --by origin --format csv > costs.csv'),
    )
    .action((options: CostOptions) => reportCost(options, context));

  program
    .command('conversation')
    .description('look after what is remembered of what was said')
    .addHelpText(
      'after',
      example('REDIS_URL=redis://127.0.0.1:6379 llm-intent conversation forget --room salon'),
    )
    .command('forget')
    .description('erase what was said in a room, or by somebody')
    .option('--room <room>', 'where it was said, by any of its names')
    .option('--user <user>', 'who said it')
    .option('--json', 'as a JSON object')
    .addHelpText(
      'after',
      example('REDIS_URL=redis://127.0.0.1:6379 llm-intent conversation forget --user anna'),
    )
    .action((options: { room?: string; user?: string; json?: boolean }) =>
      forgetConversation(options, context),
    );

  const cache = program
    .command('cache')
    .description('look after the answers of models that are kept')
    .addHelpText('after', example('REDIS_URL=redis://127.0.0.1:6379 llm-intent cache stats'));
  cache
    .command('stats')
    .description('show what it holds, and what it was good for in the last seven days')
    .option('--json', 'as a JSON object')
    .addHelpText('after', example('REDIS_URL=redis://127.0.0.1:6379 llm-intent cache stats'))
    .action((options: { json?: boolean }) => showCacheStats(options, context));
  cache
    .command('clear')
    .description('forget every answer, in every replica')
    .option('--json', 'as a JSON object')
    .addHelpText('after', example('REDIS_URL=redis://127.0.0.1:6379 llm-intent cache clear'))
    .action((options: { json?: boolean }) => clearCache(options, context));

  program
    .command('mode')
    .description('show what may be asked of models, or set it for all running services')
    .addArgument(
      new Argument('[name]', 'auto: services choose by themselves again').choices([...MODES, 'auto']),
    )
    .option('--json', 'as a JSON object')
    .addHelpText('after', example('REDIS_URL=redis://127.0.0.1:6379 llm-intent mode rules-only'))
    .action((setting: Mode | 'auto' | undefined, options: { json?: boolean }) =>
      mode({ ...(setting !== undefined && { setting }), ...options }, context),
    );

  program
    .command('stats')
    .description('tell what was recognised how')
    .option('--days <count>', 'of so many days, up to today', atMost(STATISTICS_DAYS), 7)
    .option('--json', 'as a JSON object')
    .addHelpText('after', example('REDIS_URL=redis://127.0.0.1:6379 llm-intent stats --days 30'))
    .action((options: { days: number; json?: boolean }) => showStats(options, context));

  program
    .command('home')
    .description('look after the home that is spoken to')
    .addHelpText('after', example('HA_URL=http://homeassistant.local:8123 llm-intent home sync --dry-run'))
    .command('sync')
    .description('bring home.yaml up to what Home Assistant exposes to conversation')
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--yes', 'write it without asking')
    .option('--watch', 'go on doing so whenever something changes there')
    .option('--json', 'what changes as a JSON object')
    .addHelpText(
      'after',
      `${example('HA_URL=http://homeassistant.local:8123 HA_TOKEN_FILE=token.txt llm-intent home sync')}\n  llm-intent home sync --yes --watch`,
    )
    .action((options: HomeSyncOptions) => syncHome(options, context));

  const bridging = program
    .command('bridge')
    .description('carry out in Home Assistant what was understood')
    .addHelpText(
      'after',
      example(
        'REDIS_URL=redis://127.0.0.1:6379 HA_URL=http://homeassistant.local:8123 HA_TOKEN_FILE=token.txt llm-intent bridge',
      ),
    )
    .action(() => bridge(context));
  const schedules = bridging
    .command('schedules')
    .description('look after what is to be done later, and timers')
    .addHelpText('after', example('REDIS_URL=redis://127.0.0.1:6379 llm-intent bridge schedules list'));
  schedules
    .command('list')
    .description('show them, the next one first')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', example('REDIS_URL=redis://127.0.0.1:6379 llm-intent bridge schedules list'))
    .action((options: { json?: boolean }) => listSchedules(options, context));
  schedules
    .command('cancel')
    .description('strike some off')
    .argument('<id...>', 'ids as listed')
    .option('--json', 'one JSON object a line')
    .addHelpText(
      'after',
      example('REDIS_URL=redis://127.0.0.1:6379 llm-intent bridge schedules cancel 1763726400000-0:0'),
    )
    .action((ids: string[], options: { json?: boolean }) => cancelSchedules(ids, options, context));

  program
    .command('demo')
    .description('start a service of its own, talk to it and show what it understands')
    .addHelpText('after', example('llm-intent demo'))
    .action(() => demo(context));

  program
    .command('completion')
    .description('write what a shell needs to complete these commands and their options')
    .addArgument(new Argument('<shell>', 'which one').choices(SHELLS))
    .addHelpText(
      'after',
      example('llm-intent completion bash > ~/.local/share/bash-completion/completions/llm-intent'),
    )
    .action((shell: Shell) => completion(shell, program, context));

  return program;
}

function example(command: string): string {
  return `\nExample:\n  $ ${command}\n`;
}
