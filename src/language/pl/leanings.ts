import { wordSet } from '../cautions.ts';
import type { Leanings } from '../leanings.ts';

export const polishLeanings: Leanings = {
  pointers: wordSet(
    // What was named or is seen.
    'to tego temu tym ten ta te tej tych tymi tamten tamta tamto tamte tamtej tamtego tamtych tamtym',
    'je ja jego go jej ich im nim nimi niej nich nia niego jemu mu',
    'tam tu tutaj stad stamtad tedy gdzies',
    'taki taka takie takiego takiej sam sama samo same tyle',
    'inny inna inne innego innej innych innym drugi druga drugie drugiego drugiej drugim',
    'reszta reszte reszty pozostaly pozostala pozostale pozostalych oba obie oboje obydwa obydwie obu',
    'pierwszy pierwsza pierwsze ostatni ostatnia ostatnie ostatnio poprzedni poprzednia poprzednie',
    'nastepny nastepna nastepne nastepnego nastepnej kolejny kolejna kolejne wczesniej przedtem',
    // What is the case.
    'teraz znowu znow ponownie jeszcze tez takze rowniez dalej nadal wciaz juz wiecej mniej bardziej',
    'jasniej ciemniej glosniej ciszej cieplej zimniej chlodniej mocniej slabiej szybciej wolniej wyzej nizej',
    'dluzej krocej troche troszke troszeczke ciut odrobine',
    'cofnij cofnac wroc wrocic przywroc przywrocic powtorz powtorzyc odwroc przestan zostaw wystarczy dosc dosyc powrotem',
    // Who says it.
    'mnie moj moja moje mojego mojej moim moich swoj swoja swoje swojego swojej swoim nas nasz nasza nasze naszej naszym',
  ),
  openers: wordSet('a i oraz ale albo lub bo czyli tak nie nie nawet tylko'),
  orders: wordSet(
    'ustaw ustawic ustawcie nastaw nastawic zrob zrobic zmien zmienic przelacz przelaczyc daj dac wez',
    'zagraj puszczaj dopisz wpisz zapisz usun wykresl przypomnij powiedz podaj sprawdz pokaz zmierz posprzataj odkurz',
    'przygotuj rozpal obudz zadzwon wyslij spryskaj podlej nawilz przewietrz wstaw zaparz zagotuj posprzata odkurzy',
  ),
  measures: wordSet('na do po o procent procenty procentow % stopni'),
};
