import { join } from 'node:path';
import { describe, test } from 'vitest';
import { haveDialogue } from '../support/dialogue.ts';
import { loadDialogues } from '../support/dialogue-document.ts';

for (const language of ['pl', 'en']) {
  const file = join(import.meta.dirname, `../golden/dialogues/${language}.yaml`);
  const dialogues = await loadDialogues(file);
  describe(`a talk in ${language}`, () => {
    test.for(dialogues.map((dialogue) => [dialogue.about, dialogue] as const))('%s', ([, dialogue]) =>
      haveDialogue(dialogue, language),
    );
  });
}
