/** One sentence of the demonstration. */
export interface DemoLine {
  readonly text: string;
  readonly room?: string;
  readonly language: 'pl' | 'en';
}

const pl = (room: string, text: string): DemoLine => ({ text, room, language: 'pl' });
const en = (room: string, text: string): DemoLine => ({ text, room, language: 'en' });

/** An evening at home, about `config/home.yaml`. */
export const DEMO_SCRIPT: readonly DemoLine[] = [
  pl('salon', 'zapal światło'),
  pl('salon', 'ustaw jasność na 40 procent'),
  pl('kuchnia', 'włącz światło w kuchni'),
  pl('kuchnia', 'czy mógłbyś włączyć czajnik'),
  pl('salon', 'zasłoń rolety w salonie'),
  pl('sypialnia', 'ustaw temperaturę na 21 stopni'),
  pl('salon', 'jaka jest temperatura w sypialni'),
  pl('salon', 'włącz telewizor'),
  pl('salon', 'ciszej'),
  pl('kuchnia', 'dodaj mleko do listy zakupów'),
  pl('kuchnia', 'nastaw minutnik na dziesięć minut'),
  pl('salon', 'czy światło w łazience jest włączone'),
  pl('łazienka', 'zgaś światło'),
  pl('łazienka', 'opuść rolety'),
  pl('salon', 'nie włączaj światła'),
  pl('przedpokój', 'otwórz drzwi wejściowe'),
  pl('salon', 'otwórz bramę garażową'),
  pl('salon', 'odkurz mieszkanie'),
  pl('salon', 'która jest godzina'),
  pl('salon', 'jaka będzie pogoda'),
  pl('salon', 'opowiedz mi o teorii względności'),
  pl('salon', 'włącz scenę wieczór filmowy'),
  pl('gabinet', 'włącz wentylator'),
  pl('salon', 'ogłoś że kolacja jest gotowa'),
  en('salon', 'turn on the light'),
  en('kuchnia', 'turn off the lights in the kitchen'),
  en('sypialnia', 'set the brightness to 20 percent'),
  en('salon', 'please close the blinds'),
  en('salon', 'set the temperature to 20 degrees'),
  en('kuchnia', 'add bread to the shopping list'),
  en('salon', 'is the front door locked'),
  en('salon', "don't turn on the light"),
  en('salon', 'lock the front door'),
  en('salon', 'what time is it'),
  en('salon', 'pause the tv'),
  pl('salon', 'zgaś wszystkie światła'),
];

/** A sentence with what it shows. */
type ShownLine = DemoLine & { readonly shows: string };

export const DEMO_MODEL = 'mock:mock-word-overlap';
/** With this seed the first two tries are answered, and the four after them fail: as many as one sentence has. */
export const DEMO_MOCK = { seed: 20, latency_ms: 200, jitter_ms: 150, error_rate: 0.5, burst: 4 };

export const MODEL_SCRIPT: readonly ShownLine[] = [
  { ...en('salon', 'close the blinds'), shows: 'asked a model' },
  { ...en('salon', 'close the blinds'), shows: 'the same words in the same room: known already' },
  { ...en('sypialnia', 'close the blinds'), shows: 'another room: asked again' },
  { ...pl('salon', 'zasłoń rolety'), shows: 'the model fails, four tries in a row: rules answer' },
];

/** What takes more than one sentence, in one talk: all of it without a model. */
export const TALK_SCRIPT: readonly ShownLine[] = [
  { ...pl('salon', 'zgaś światło i zasłoń rolety'), shows: 'two things in one breath, in their order' },
  { ...pl('salon', 'a teraz odsłoń'), shows: 'it goes on from there' },
  { ...pl('przedpokój', 'otwórz drzwi wejściowe'), shows: 'a lock wants a yes' },
  { ...pl('przedpokój', 'tak'), shows: 'exactly that, and once' },
  { ...pl('salon', 'za dziesięć minut zapal światło'), shows: 'for later: the bridge keeps it until then' },
];
