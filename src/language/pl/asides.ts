import type { Asides } from '../asides.ts';
import { wordSet } from '../cautions.ts';
import { combined } from '../combined.ts';
import { foldedWords } from '../words.ts';
import { polishCautions } from './cautions.ts';
import { tellsInPolish } from './telling.ts';

/** What nobody has to do anything about: what is felt, seen and heard, and where somebody goes. */
const FELT =
  /^(?:(?:no|oj|o|ale|jak|cos|strasznie|okropnie|bardzo|za|jest|robi sie|zrobilo sie) )*(?:tu|mi|nam|mnie|zimno|goraco|cieplo|chlodno|ciemno|jasno|duszno|parno|glosno|cicho|wilgotno|mokro|slonce|pozno)\b/;
/** "Ją" tells nothing, though "ja" does. */
const POINTING = wordSet('ja to');
/** "Jestem", "siadamy", "wróciłam", "zaparowało", "zrywa się". */
const ANNOUNCING =
  /^(?:jestem|mam|ide|jade|siadamy?|czekamy?|spie|wracamy?|wchodze|gotuje|pracuje|juz)$|(?<!^b)[aeiyuo]l[ae]m$|(?<!^by)l[iy]smy$|[ei]my$|..[aeiyu]lo$|^sie$/;
/** Of whom something is told, and in what an order may be no more than a name or a quotation: what is read, played, learnt, agreed upon. */
const WORDING =
  /^(?:napis|scen|rozkaz|instrukc|znak|prob|hasl|komend|tytul|film|ksiaz|bajk|serial|gr[aeyzc]|gazet|sms|mail|wiadomos|notat|zeszyt|kartk|slow|zdani|umow|umaw|ucz|naucz|powt|pamiet|zapis|wpis|dopis|rol|wiersz|cytat|przycisk|guzik|tabli|polec|zasad|regul|test|cwicz|list|plan)|^(?:to|ona?|oni|one|mu|jej|im|go|ich|nim|nich|ktory|ktora|ktore|ze|zeby|jak|czy)$/;
/** "Marzniemy", "zasnęły". */
const TOGETHER = /[aei]my$|[aeiy]ly$/;

export const polishAsides: Asides = {
  reasons: ['bo', 'boc', 'gdyz', 'poniewaz', 'dlatego ze', 'przeciez', 'zebym', 'zebysmy', 'abym', 'abysmy'],
  remarks: [
    'nikt',
    'nikogo',
    'nic nie',
    'jest mi',
    'ide',
    'idziemy',
    'wychodze',
    'wychodzimy',
    'robi sie',
    'wieje',
    'pada',
    'leje',
    'swieci',
    'razi',
    'nie widze',
    'nie slysze',
    'nie moge spac',
    'nie moge zasnac',
    'wyjezdzam',
    'wyjezdzamy',
    'wrocilem',
    'wrocilam',
    'wrocilismy',
    'wrocilysmy',
    'klade sie',
    'kladziemy sie',
    'koncze',
    'konczymy',
    'marzne',
    'marzniemy',
    'boli',
    'slonce',
  ],
  comments: [
    ...combined(
      ['', 'to', 'no to', 'juz'],
      ['starczy', 'wystarczy', 'dosc', 'dosyc'],
      ['', 'juz', 'tego', 'tego dobrego', 'tego swiatla', 'swiatla'],
    ),
    ...combined(
      ['', 'i', 'no i', 'to', 'i to', 'to by bylo'],
      ['tyle', 'wszystko'],
      ['', 'na razie', 'na dzis', 'na dzisiaj'],
    ),
    ...combined(['', 'a'], ['tak', ''], ['przy okazji', 'swoja droga', 'a propos']),
  ],
  tells: (text) => {
    const words = foldedWords(text).filter((word) => !POINTING.has(word));
    if (polishCautions.questions.has(words[0] ?? '')) return false;
    return FELT.test(words.join(' ')) || tellsInPolish(words) || words.some((word) => TOGETHER.test(word));
  },
  announces: (words) =>
    words.some((word) => ANNOUNCING.test(word)) && !words.some((word) => WORDING.test(word)),
  isInfinitive: (words, at) => /[aiyuo]c$/.test(words[at] ?? ''),
  jests: /^(?:zart|klam|udaj)/,
  // "Mówi", "krzyknął", "myślę"; "siedzisz", "wstałeś", "podaj", "idźcie", "mamo".
  ofOthers:
    /^(?:po|wy|od|za|na|w|u|prze)?(?:mow|wiedz|rzek|krzy[kc]|wol[aan]|pros[iz]|pyta|pisz|pisa|spiew|mysl|slysz|czyta|nazyw|zna[cl]|kaz[ae]|szept|klam|zart|udaw|wyobra|sni|maz|marz[ye]|chc|wol[ie]|radz|blaga|tlumacz|cytu|brzmi|tytul|podobno|niby|piosenk)|(?:[aeiy]sz|[aeiy]l[ea]s|[iy]scie|[aei]cie|[auiy]j|[auiy]jmy|dz)$|^(?:mamo|mamusiu|tato|tatusiu|babciu|dziadku|ciociu|wujku|synu|synku|corko|coreczko|panowie|ty|wy|ci|tobie|wam|ciebie|twoj|twoja|twoje|wasz|wasza|wasze|jestes|bylby|byloby|byla?bym|musi|musza|powinien|powinna|powinno|niech|niechaj|moglby|moglaby|ma|maja|mial|miala)$/,
  states: /(?:[nt][yaeo]|[nt]ych|[aeiy]l[aioy]|[iy]l)$/,
  retractions: wordSet('zart zarty zarcik zartuje pomylka dobrze okej ok fajnie glupota blad'),
  conclusions: ['wiec', 'dlatego', 'to'],
  limits: wordSet('ale lecz jednak natomiast tylko wylacznie oprocz procz poza zamiast wyjatkiem'),
  hedges: [
    'jakby',
    'jakies',
    'gdzies',
    'tak gdzies',
    'tak',
    'okolo',
    'mniej wiecej',
    'powiedzmy',
    'plus minus',
    'no',
  ],
  tags: wordSet('co dobra dobrze okej ok no'),
  // "Możesz" is a filler.
  permissions: [],
};
