import { type Cautions, wordSet } from '../cautions.ts';

export const polishCautions: Cautions = {
  negations: wordSet(
    'nie niee nigdy nigdzie ani wcale bynajmniej nikt nikogo nic niczego',
    'zaden zadna zadne zadnego zadnej zadnych zadnym zadnymi',
    // "Przestań zapalać", "zostaw zgaszone": as it is.
    'przestan przestancie zostaw zostawcie zabraniam unikaj',
    'oprocz procz poza zamiast wyjatkiem wylaczajac wykluczajac pomijajac',
  ),
  questions: wordSet(
    'czy kiedy gdzie dlaczego czemu jak ile ilu skad dokad kto kogo komu kim co czego czym',
    'jaki jaka jakie jakiego jakiej jakich jakim jacy',
    'ktory ktora ktore ktorego ktorej ktorych ktorym ktorzy czyj czyja czyje',
  ),
  later: wordSet(
    'jutro pojutrze dzis dzisiaj wieczorem wieczor rano ranem noca nocy poludnie poludniu popoludniu polnoc polnocy',
    'zmierzchu zmroku zachodzie wschodzie swicie pozniej potem nastepnie zaraz wkrotce niebawem niedlugo dopiero',
    'poniedzialek wtorek sroda srode czwartek piatek sobota sobote niedziela niedziele weekend weekendy',
    'o kiedy gdy gdyby jak jakby jesli jesliby jezeli jezeliby dopoki poki az zanim skoro ilekroc chyba',
    'codziennie zawsze zwykle zazwyczaj czasami co',
    // Wishes that were not granted and tales.
    'gdybym gdybys gdybysmy wczoraj przedwczoraj kiedys',
  ),
  joiners: wordSet(
    'i oraz a ale lecz jednak natomiast tylko wylacznie takze rowniez lub albo czy plus wtedy',
  ),
  places: wordSet('w we na nad nade pod pode przy obok u za kolo wokol naprzeciw naprzeciwko miedzy'),
  inside: wordSet('w we na'),
  totals: wordSet(
    'wszystkie wszystkich wszystko wszedzie kazda kazdy kazde kazdej kazdego kazdym',
    'cala caly cale calym calego calej',
  ),
  slightly: wordSet('troche troszke troszeczke odrobine nieco ciut lekko'),
  headings: new Set(['na dol', 'w dol', 'do dolu', 'na gore', 'w gore', 'do gory']),
};
