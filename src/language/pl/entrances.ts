import type { Entrances } from '../entrances.ts';

export const polishEntrances: Entrances = {
  doors: ['brama', 'bramka', 'furtka', 'furta', 'wrota', 'szlaban', 'drzwi', 'wejście', 'wjazd', 'właz'],
  places: ['garaż', 'garażowy', 'wejściowy', 'wjazdowy'],
  beside: [
    'przy',
    'nad',
    'pod',
    'obok',
    'koło',
    'za',
    'przed',
    'do',
    'na',
    'w',
    'we',
    'od',
    'dla',
    'z',
    'ze',
  ],
};
