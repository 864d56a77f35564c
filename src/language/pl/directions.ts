import { createDirections } from '../directions.ts';

const imperatives = new Set<string>();

/** What is said to have something done by each of the verbs: `wlacz`, `wlaczcie`; folded. */
export const polishImperatives: ReadonlySet<string> = imperatives;

/**
 * The forms that a verb takes in orders, wishes and questions about a state. Endings after Z. Saloni, "Czasownik
 * polski".
 *
 * @param verbs apart by commas: imperative, infinitive and, where there is one, the stem of the participle; folded
 */
function verbs(list: string): string[] {
  return list.split(',').flatMap((verb) => {
    const [imperative = '', infinitive = '', participle] = verb.trim().split(' ');
    const stem = infinitive.slice(0, -1);
    const ordered = ['', 'cie', 'my', 'ze'].map((ending) => imperative + ending);
    for (const form of ordered) imperatives.add(form);
    return [
      ...ordered,
      infinitive,
      ...['', 'l', 'la', 'li', 'lo', 'lbys', 'labys', 'sz', 'my', 'cie'].map((ending) => stem + ending),
      ...(participle ? ['y', 'a', 'e', 'ego', 'ej', 'ych', 'o'].map((ending) => participle + ending) : []),
      ...(participle ? ['ie', 'ia'].map((ending) => `${participle.replace(/on$/, 'en')}${ending}`) : []),
    ];
  });
}

/** Which way Polish orders go; verbs in both aspects. */
export const polishDirections = createDirections(
  {
    on: [
      ...verbs(
        'wlacz wlaczyc wlaczon, wlaczaj wlaczac wlaczan, zalacz zalaczyc zalaczon, zalaczaj zalaczac zalaczan, zapal zapalic zapalon, zapalaj zapalac zapalan, zaswiec zaswiecic zaswiecon, oswiec oswiecic oswiecon, oswietl oswietlic oswietlon, uruchom uruchomic uruchomion, odpal odpalic odpalon, powlaczaj powlaczac powlaczan, pozapalaj pozapalac pozapalan, aktywuj aktywowac aktywowan, uaktywnij uaktywnic uaktywnion, powlacz powlaczyc powlaczon, pozalacz pozalaczyc pozalaczon, pozalaczaj pozalaczac pozalaczan, uruchamiaj uruchamiac uruchamian, odpalaj odpalac odpalan, pozapal pozapalic pozapalon, rozswiec rozswiecic rozswiecon, rozswietl rozswietlic rozswietlon, rozswietlij rozswietlic rozswietlon, oswietlij oswietlic oswietlon, poswiec poswiecic poswiecon',
      ),
      // Not its other forms: "świeci" is what the sun does.
      'swiec swieccie swiecmy swiecze',
    ],
    off: [
      ...verbs(
        'wylacz wylaczyc wylaczon, wylaczaj wylaczac wylaczan, rozlacz rozlaczyc rozlaczon, odlacz odlaczyc odlaczon, odetnij odciac odciet, zgas zgasic zgaszon, gas gasic gaszon, pogas pogasic pogaszon, wygas wygasic wygaszon, powylaczaj powylaczac powylaczan, dezaktywuj dezaktywowac dezaktywowan, powylacz powylaczyc powylaczon',
      ),
    ],
    open: [
      ...verbs(
        'otworz otworzyc otwart, otwieraj otwierac otwieran, uchyl uchylic uchylon, rozsun rozsunac rozsuniet, odsun odsunac odsuniet, rozwin rozwinac rozwiniet, wysun wysunac wysuniet, rozloz rozlozyc rozlozon, pootwieraj pootwierac pootwieran',
      ),
    ],
    close: [
      ...verbs(
        'zamknij zamknac zamkniet, zamykaj zamykac zamykan, przymknij przymknac przymkniet, domknij domknac domkniet, zasun zasunac zasuniet, zwin zwinac zwiniet, wsun wsunac wsuniet, schowaj schowac schowan, zloz zlozyc zlozon, pozamykaj pozamykac pozamykan, zsun zsunac zsuniet, zaciagnij zaciagnac zaciagniet',
      ),
      'zamkniesz zamkniecie',
    ],
    up: [
      ...verbs(
        'podnies podniesc podniesion, podnos podnosic podnoszon, unies uniesc uniesion, podciagnij podciagnac podciagniet, podwyz podwyzszyc podwyzszon, podwyzsz podwyzszyc podwyzszon',
      ),
      'wyzej podniesiesz podniesiecie podnioslbys podnioslabys',
    ],
    down: [
      ...verbs(
        'opusc opuscic opuszczon, opuszczaj opuszczac opuszczan, spusc spuscic spuszczon, obniz obnizyc obnizon, obnizaj obnizac obnizan, poopuszczaj poopuszczac poopuszczan, pospuszczaj pospuszczac pospuszczan, sciagaj sciagac sciagan, posciagaj posciagac posciagan',
      ),
      'nizej',
    ],
    uncover: verbs(
      'odslon odslonic odslonit, odslaniaj odslaniac odslanian, odkryj odkryc odkryt, poodslaniaj poodslaniac poodslanian',
    ),
    cover: verbs(
      'zaslon zaslonic zaslonit, zaslaniaj zaslaniac zaslanian, zakryj zakryc zakryt, poslon poslonic poslonit, pozaslaniaj pozaslaniac pozaslanian',
    ),
    more: [
      ...verbs(
        'zwieksz zwiekszyc zwiekszon, zwiekszaj zwiekszac zwiekszan, powieksz powiekszyc powiekszon, podglosnij podglosnic podglosnion, poglosnij poglosnic poglosnion, podglos podglosic podgloszon, poglos poglosic pogloszon, podglasniaj podglasniac podglasnian, poglasniaj poglasniac poglasnian, zglosnij zglosnic zglosnion, rozjasnij rozjasnic rozjasnion, rozjasniaj rozjasniac rozjasnian, ociepl ocieplic ocieplon, podgrzej podgrzac podgrzan, podkrec podkrecic podkrecon, odkrec odkrecic odkrecon, przyspiesz przyspieszyc przyspieszon, wydluz wydluzyc wydluzon, dodaj dodac dodan, dolicz doliczyc doliczon, doloz dolozyc dolozon',
      ),
      'glosniej jasniej cieplej mocniej szybciej wiecej dluzej',
    ],
    less: [
      ...verbs(
        'przygas przygasic przygaszon, przygaszaj przygaszac przygaszan, zmniejsz zmniejszyc zmniejszon, zmniejszaj zmniejszac zmniejszan, scisz sciszyc sciszon, sciszaj sciszac sciszan, przycisz przyciszyc przyciszon, przytlum przytlumic przytlumion, przyciemnij przyciemnic przyciemnion, sciemnij sciemnic sciemnion, zaciemnij zaciemnic zaciemnion, ochlodz ochlodzic ochlodzon, schlodz schlodzic schlodzon, skrec skrecic skrecon, przykrec przykrecic przykrecon, zakrec zakrecic zakrecon, zwolnij zwolnic zwolnion, skroc skrocic skrocon, usun usunac usuniet, odejmij odjac odjet, skasuj skasowac skasowan',
      ),
      'ciszej ciemniej chlodniej zimniej slabiej wolniej mniej krocej',
    ],
    lock: verbs(
      'zablokuj zablokowac zablokowan, zarygluj zaryglowac zaryglowan, zaklucz zakluczyc zakluczon',
    ),
    unlock: verbs(
      'odblokuj odblokowac odblokowan, odrygluj odryglowac odryglowan, odklucz odkluczyc odkluczon',
    ),
    arm: verbs('uzbroj uzbroic uzbrojon, uzbrajaj uzbrajac uzbrajan'),
    disarm: verbs('rozbroj rozbroic rozbrojon, rozbrajaj rozbrajac rozbrajan'),
    mute: verbs('wycisz wyciszyc wyciszon, wyciszaj wyciszac wyciszan'),
    unmute: verbs('odcisz odciszyc odciszon'),
    start: verbs(
      'wystartuj wystartowac wystartowan, rozpocznij rozpoczac rozpoczet, zacznij zaczac zaczet, wznow wznowic wznowion, kontynuuj kontynuowac kontynuowan, odtworz odtworzyc odtworzon, odtwarzaj odtwarzac odtwarzan, zagraj zagrac zagran, graj grac gran, pusc puscic puszczon',
    ),
    stop: [
      ...verbs(
        'zatrzymaj zatrzymac zatrzyman, wstrzymaj wstrzymac wstrzyman, zastopuj zastopowac zastopowan, przerwij przerwac przerwan, zakoncz zakonczyc zakonczon, skoncz skonczyc skonczon, anuluj anulowac anulowan, spauzuj spauzowac spauzowan, zapauzuj zapauzowac zapauzowan',
      ),
      'stop pauza pauze przestan',
    ],
    next: ['nastepny nastepna nastepne nastepnego nastepnej dalej naprzod'],
    previous: ['poprzedni poprzednia poprzednie poprzedniego poprzedniej wstecz wroc'],
    toggle: verbs('przelacz przelaczyc przelaczon, przelaczaj przelaczac przelaczan'),
    negated: ['nie nigdy bez'],
  },
  [
    ['on', 'off'],
    ['open', 'close'],
    ['up', 'down'],
    ['uncover', 'cover'],
    ['open', 'cover'],
    ['uncover', 'close'],
    ['more', 'less'],
    ['lock', 'unlock'],
    ['arm', 'disarm'],
    ['mute', 'unmute'],
    ['start', 'stop'],
    ['next', 'previous'],
  ],
);
