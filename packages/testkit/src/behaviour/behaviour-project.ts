import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Values of the secrets that the behaviour project declares. Whoever runs its tasks provides them. */
export const behaviourSecrets: Readonly<Record<string, string>> = {
  BEHAVIOUR_TOKEN: 'hunter2/hunter2+hunter2=behaviour',
  BEHAVIOUR_KEY: 'first line of the key\nsecond line of the key\n',
};

/** A variable of the process that starts the runs, which is no business of theirs. */
export const behaviourStray = { name: 'BEHAVIOUR_STRAY', value: 'stray-of-the-machine-that-starts' } as const;

/** The folder of the project whose tasks the clauses run; its `main.ts` exports them. Not to be written to. */
export function behaviourProject(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'behaviour/main.ts'))) folder = dirname(folder);
  return join(folder, 'behaviour');
}
