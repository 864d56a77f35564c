import type { Offer, Place, Values } from './completion-places.ts';

/** Completion for bash from 3.2 on. */
export function bashCompletion(places: readonly Place[]): string {
  return `# bash completion for llm-intent, as "llm-intent completion bash" writes it.
${walkAndOffer(places)}
_llm_intent() {
  local current=\${COMP_WORDS[COMP_CWORD]} last=$COMP_CWORD place wanted position
  # "--by=model" arrives as three words.
  [[ $current == '=' ]] && current=''
  local -a before=()
  local index word
  for ((index = 1; index < last; index++)); do
    word=\${COMP_WORDS[index]}
    [[ $word == '=' ]] || before+=("$word")
  done
  _llm_intent_walk \${before[@]+"\${before[@]}"}
  local offered
  offered=$(_llm_intent_offer "$current")
  local IFS=$'\\n'
  if [[ $offered == '<file>' ]]; then
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$current"))
  else
    COMPREPLY=($(compgen -W "$(cut -f 1 <<<"$offered")" -- "$current"))
  fi
}
complete -F _llm_intent llm-intent
`;
}

/** Completion for zsh, to be evaluated or to lie in its `fpath` as `_llm-intent`. */
export function zshCompletion(places: readonly Place[]): string {
  return `#compdef llm-intent
# zsh completion for llm-intent, as "llm-intent completion zsh" writes it.
${walkAndOffer(places)}
_llm_intent() {
  local current=\${words[CURRENT]} place wanted position offered line
  if [[ $current == --*=* ]]; then
    _llm_intent_walk "\${(@)words[2,CURRENT-1]}" "\${current%%=*}"
    compset -P '*='
    current=\${current#*=}
  else
    _llm_intent_walk "\${(@)words[2,CURRENT-1]}"
  fi
  offered=$(_llm_intent_offer "$current")
  if [[ $offered == '<file>' ]]; then
    _files
    return
  fi
  local -a described
  for line in "\${(@f)offered}"; do
    [[ -z $line ]] || described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  _describe 'llm-intent' described
}
if [[ \${funcstack[1]} == _llm-intent ]]; then
  _llm_intent "$@"
else
  compdef _llm_intent llm-intent
fi
`;
}

/**
 * What both shells read alike: a function that goes along the words that are there (into `place`, `wanted`, the option whose
 * value comes next, and `position`, how many arguments there were), and one that tells what may come, a line each: a word, a
 * tab, what it is for.
 */
function walkAndOffer(places: readonly Place[]): string {
  const under = (path: string, word: string): string => quoted(`${path}|${word}`);
  const commands = places.flatMap(({ path, commands: own }) => own.map(({ word }) => under(path, word)));
  const valued = places.flatMap(({ path, options }) =>
    options.flatMap(({ word, value }) => (value ? [{ pattern: under(path, word), value }] : [])),
  );
  return `_llm_intent_walk() {
  place='' wanted='' position=0
  local word
  for word in "$@"; do
    if [[ -n $wanted ]]; then
      wanted=''
      continue
    fi
    case "$place|$word" in
      ${commands.join(' | ')})
        place="\${place:+$place }$word" ;;
      ${valued.map(({ pattern }) => pattern).join(' | ')})
        wanted=$word ;;
      *'|'-*) ;;
      *) position=$((position + 1)) ;;
    esac
  done
}
_llm_intent_offer() {
  if [[ -n $wanted ]]; then
    case "$place|$wanted" in
${valued
  .filter(({ value }) => value.kind !== 'any')
  .map(({ pattern, value }) => `      ${pattern}) ${tell(value)} ;;`)
  .join('\n')}
    esac
    return
  fi
  case "$place|$1" in
${places.map(({ path, options }) => `    ${quoted(`${path}|`)}-*) ${tellAll(options)} ;;`).join('\n')}
${places.flatMap(argumentArms).join('\n')}
  esac
}`;
}

/** What may stand where no option is begun: another command before the first argument, and what an argument may be. */
function argumentArms({ path, commands, arguments: expected }: Place): string[] {
  const arms = expected.flatMap(({ values, isRepeated }, index) => {
    if (values.kind === 'any') return [];
    const test = isRepeated ? `$position -ge ${index}` : `$position -eq ${index}`;
    return [`[[ ${test} ]] && ${tell(values)}`];
  });
  if (commands.length > 0) arms.unshift(`[[ $position -eq 0 ]] && ${tellAll(commands)}`);
  return arms.length === 0 ? [] : [`    ${quoted(`${path}|`)}*) ${arms.join('; ')} ;;`];
}

function tell(values: Values): string {
  if (values.kind === 'words') return tellAll(values.words.map((word) => ({ word, description: '' })));
  return "printf '%s\\n' '<file>'";
}

function tellAll(offers: readonly Offer[]): string {
  return `printf '%s\\n' ${offers.map(({ word, description }) => quoted(`${word}\t${description}`)).join(' ')}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
