import type { Offer, Place, Values } from './completion-places.ts';

/** Completion for fish from 3.0 on: the same walk along the words as in the other shells. */
export function fishCompletion(places: readonly Place[]): string {
  const under = (path: string, word: string): string => quoted(`${path}|${word}`);
  const commands = places.flatMap(({ path, commands: own }) => own.map(({ word }) => under(path, word)));
  const valued = places.flatMap(({ path, options }) =>
    options.flatMap(({ word, value }) => (value ? [{ pattern: under(path, word), value }] : [])),
  );
  return `# fish completion for llm-intent, as "llm-intent completion fish" writes it.
function __llm_intent_offer
    set -l place ''
    set -l wanted ''
    set -l position 0
    set -l current (commandline -ct)
    set -l words (commandline -opc)
    for word in $words[2..-1]
        if test -n "$wanted"
            set wanted ''
            continue
        end
        switch "$place|$word"
            case ${commands.join(' ')}
                set place (string trim -- "$place $word")
            case ${valued.map(({ pattern }) => pattern).join(' ')}
                set wanted $word
            case '*|-*'
            case '*'
                set position (math $position + 1)
        end
    end
    if string match -q -- '--*=*' $current
        set wanted (string replace -r '=.*' '' -- $current)
        set current (string replace -r '^[^=]*=' '' -- $current)
        __llm_intent_value "$place|$wanted" $current | string replace -r -- '^' "$wanted="
        return
    end
    if test -n "$wanted"
        __llm_intent_value "$place|$wanted" $current
        return
    end
    switch "$place|$current"
${places.map(({ path, options }) => `        case ${quoted(`${path}|-*`)}\n            ${tellAll(options)}`).join('\n')}
${places.flatMap(argumentArms).join('\n')}
    end
end
function __llm_intent_value
    switch $argv[1]
${valued
  .filter(({ value }) => value.kind !== 'any')
  .map(({ pattern, value }) => `        case ${pattern}\n            ${tell(value, '$argv[2]')}`)
  .join('\n')}
    end
end
complete -c llm-intent -f -a '(__llm_intent_offer)'
`;
}

function argumentArms({ path, commands, arguments: expected }: Place): string[] {
  const arms = expected.flatMap(({ values, isRepeated }, index) =>
    values.kind === 'any'
      ? []
      : [`test $position ${isRepeated ? '-ge' : '-eq'} ${index}; and ${tell(values, '$current')}`],
  );
  if (commands.length > 0) arms.unshift(`test $position -eq 0; and ${tellAll(commands)}`);
  if (arms.length === 0) return [];
  return [`        case ${quoted(`${path}|*`)}\n            ${arms.join('\n            ')}`];
}

function tell(values: Values, current: string): string {
  if (values.kind === 'words') return tellAll(values.words.map((word) => ({ word, description: '' })));
  return `__fish_complete_path ${current}`;
}

function tellAll(offers: readonly Offer[]): string {
  return `printf '%s\\n' ${offers.map(({ word, description }) => quoted(`${word}\t${description}`)).join(' ')}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
