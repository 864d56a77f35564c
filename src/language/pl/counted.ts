/** What is counted in answers, in the accusative: one, two to four, five and more, a part. */
const COUNTED: readonly (readonly [one: string, few: string, many: string, part: string])[] = [
  ['stopień', 'stopnie', 'stopni', 'stopnia'],
  ['minutę', 'minuty', 'minut', 'minuty'],
  ['sekundę', 'sekundy', 'sekund', 'sekundy'],
  ['godzinę', 'godziny', 'godzin', 'godziny'],
  ['dzień', 'dni', 'dni', 'dnia'],
  ['punkt', 'punkty', 'punktów', 'punktu'],
];
const FORMS = new Map(COUNTED.flatMap((forms) => forms.map((form) => [form, forms] as const)));
const NUMBER_AND_WORD = /(?<![\d,])(\d+)(,\d+)? (\p{L}+)/gu;

/** Puts what is counted into the form that its number asks for: `22 stopni` becomes `22 stopnie`. */
export function polishCounted(text: string): string {
  return text.replace(
    NUMBER_AND_WORD,
    (whole, digits: string, decimals: string | undefined, word: string) => {
      const forms = FORMS.get(word);
      if (!forms) return whole;
      const [one, few, many, part] = forms;
      const form = decimals === undefined ? formOf(Number(digits), { one, few, many }) : part;
      return `${digits}${decimals ?? ''} ${form}`;
    },
  );
}

function formOf(count: number, { one, few, many }: { one: string; few: string; many: string }): string {
  if (count === 1) return one;
  const [tens, units] = [Math.floor(count / 10) % 10, count % 10];
  return units >= 2 && units <= 4 && tens !== 1 ? few : many;
}
