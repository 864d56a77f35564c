import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { englishNameForms } from '../../../src/language/en/name-forms.ts';
import { knowledgeOf } from '../../../src/language/languages.ts';
import { polishNameForms } from '../../../src/language/pl/name-forms.ts';

describe('Polish names', () => {
  test.for([
    ['Antresola', 'antresoli antresolę antresolą'],
    ['Weranda', 'werandy werandzie werandę werandą'],
    ['Piwnica', 'piwnicy piwnicę piwnicą piwnic'],
    ['Biblioteka', 'biblioteki bibliotece bibliotekę'],
    ['Loggia', 'loggii loggię loggią'],
    ['Świetlówka', 'świetlówki świetlówkę świetlówek'],
    ['Telewizja', 'telewizji telewizję'],
    ['Maja', 'mai maję'],
    ['Hala', 'hali halę hale'],
    ['Strych', 'strychu strychem'],
    ['Taras', 'tarasu tarasie tarasem'],
    ['Garaż', 'garażu garażem garaże garaży'],
    ['Pokój', 'pokoju pokojem pokoje pokoi pokojów'],
    ['Głośnik', 'głośnika głośnikiem głośniki głośników'],
    ['Odkurzacz', 'odkurzacza odkurzaczem odkurzaczu odkurzacze odkurzaczy'],
    ['Kocioł', 'kotła kotle kotłem'],
    ['Zamek', 'zamka zamku zamkiem zamki zamków'],
    ['Pierścień', 'pierścienia pierścieniem'],
    ['Piec', 'pieca piecem piecu'],
    ['Sąsiad', 'sąsiada sąsiadem sąsiedzie'],
    ['Franek', 'franka frankiem frankowi'],
    ['Krzysztof', 'krzysztofa krzysztofowi krzysztofie'],
    ['Okno', 'okna oknie oknem okien oknach'],
    ['Łóżko', 'łóżka łóżku łóżkiem łóżek'],
    ['Światło', 'światła świetle światłem świateł światłami'],
    ['Gniazdo', 'gniazda gnieździe gniazd'],
    ['Poddasze', 'poddasza poddaszu poddaszem'],
    ['Radio', 'radia radiu radiem'],
    ['Oświetlenie', 'oświetlenia oświetleniu oświetleniem'],
    ['Drzwi', 'drzwiom drzwiami drzwiach'],
    ['Schody', 'schodów schodach schodami'],
    ['Rolety', 'rolet roletom roletami roletach'],
    ['Żaluzje', 'żaluzji żaluzjom żaluzjami'],
    ['Lampki', 'lampek lampkom lampkami'],
    ['Wilgotność', 'wilgotności wilgotnością'],
    ['Łódź', 'łodzi łodzią'],
    ['Kolej', 'kolei koleją'],
    ['Radom', 'radomia radomiu radomiem'],
    ['Zwierzę', 'zwierzęcia zwierzęta zwierząt'],
    ['Akwarium', 'akwaria akwariów'],
    ['Paweł', 'pawła pawłem'],
    ['Swiatlo', 'swiatła swietle'],
    ['Wilgotnosc', 'wilgotności'],
    ['Poznan', 'poznania poznaniu'],
  ] as const)('of one word are declined: %s', ([name, forms]) => {
    expect(polishNameForms(name)).toEqual(expect.arrayContaining(forms.split(' ')));
  });

  test.for([
    ['Lampa stojąca', 'lampy stojącej', 'lampę stojącą', 'stojącą lampę', 'lampy stojące', 'lamp stojących'],
    ['Górna szafka', 'górnej szafki', 'górną szafkę', 'górne szafki'],
    ['Wysoki regał', 'wysokiego regału', 'wysokim regale', 'wysokie regały'],
    ['Tylne wejście', 'tylnego wejścia', 'tylnym wejściu', 'tylnych wejść'],
    ['Boczne drzwi', 'bocznych drzwi', 'bocznymi drzwiami'],
    ['Ostatnia lampa', 'ostatniej lampy', 'ostatnią lampę'],
    ['Nasz duży salon', 'naszego dużego salonu', 'naszym dużym salonie'],
    ['Mój pokój', 'mojego pokoju', 'moim pokoju'],
    ['Moja sypialnia', 'mojej sypialni', 'moją sypialnię'],
    ['Pokój gościnny', 'pokoju gościnnego', 'pokoju gościnnym'],
    ['Wąski korytarz', 'wąskiego korytarza', 'wąskim korytarzu'],
  ])('adjectives agree with the noun: %s', ([name = '', ...forms]) => {
    expect(polishNameForms(name)).toEqual(expect.arrayContaining(forms));
  });

  test.for([
    ['Pokój Zosi', 'pokoju zosi', 'pokojem zosi'],
    ['Suszarka do włosów', 'suszarki do włosów', 'suszarkę do włosów'],
    ['Lampka przy łóżku', 'lampki przy łóżku', 'lampkę przy łóżku'],
    ['Silnik bramy', 'silnika bramy', 'silnikiem bramy'],
    ['Taśma LED 2', 'taśmy led 2', 'taśmę led 2'],
    ['Robot Stefan', 'robota stefana', 'robotowi stefanowi', 'robota stefan'],
    ['Kuchnia i jadalnia', 'kuchni i jadalni', 'kuchnię i jadalnię'],
    ['Salon z aneksem', 'salonu z aneksem', 'salonie z aneksem'],
  ])('what depends on the noun stays: %s', ([name = '', ...forms]) => {
    expect(polishNameForms(name)).toEqual(expect.arrayContaining(forms));
  });

  test('joined names are declined on both sides', () => {
    expect(polishNameForms('Salon-jadalnia')).toEqual(
      expect.arrayContaining(['salonie - jadalni', 'salonu - jadalni']),
    );
  });

  test.for(['TV', 'LED', 'Hue', '5', 'PM10', 'Play 5'])('what nobody declines is left alone: %s', (name) => {
    expect(polishNameForms(name)).toEqual([name.toLowerCase()]);
  });

  test.for([
    ['kuchnia', 'kuchenka'],
    ['lampa', 'lampka'],
    ['szafa', 'szafka'],
    ['biuro', 'biurko'],
    ['gniazdo', 'gniazdko'],
    ['salon', 'salonik'],
    ['łazienka', 'łaźnia'],
    ['wiatrak', 'wiatrołap'],
    ['brama', 'bramka'],
    ['zasłona', 'osłona'],
  ])('%s and %s have no form in common', ([one = '', other = '']) => {
    const forms = new Set(polishNameForms(one));
    expect(polishNameForms(other).filter((form) => forms.has(form))).toEqual([]);
  });
});

describe('English names', () => {
  test.for([
    ['Ceiling light', 'ceiling lights', "ceiling light's"],
    ['The study', 'study', 'the study', 'studies', "study's"],
    ['Curtains', 'curtain'],
    ['Shelf', 'shelves'],
    ['Lamp by the window', 'lamps by the window'],
    ['My switch', 'switch', 'switches'],
  ])('take the plural and the possessive, and leave their article: %s', ([name = '', ...forms]) => {
    expect(englishNameForms(name)).toEqual(expect.arrayContaining(forms));
  });

  test('glass is no plural', () => {
    expect(englishNameForms('glass')).not.toContain('glas');
  });
});

test('any name gives few forms, itself first, and the longest no more than the bound', () => {
  const word = fc.stringMatching(/^[a-ząćęłńóśźż]{1,9}$/);
  const name = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.array(word, { minLength: 1, maxLength: 9 }).map((words) => words.join(' ')),
  );
  fc.assert(
    fc.property(name, (text) => {
      for (const formsOf of [polishNameForms, englishNameForms]) {
        const forms = formsOf(text);
        expect(forms.length).toBeGreaterThan(0);
        expect(forms.length).toBeLessThanOrEqual(300);
        expect(new Set(forms).size).toBe(forms.length);
      }
    }),
  );
});

test('a language nobody taught us declines nothing', () => {
  expect(knowledgeOf('de').nameForms).toBeUndefined();
});
