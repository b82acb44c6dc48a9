let made: string | undefined;

/** A folder that lives as long as this process. */
export function processFolder(): string {
  if (made !== undefined) return made;
  const { mkdtempSync, rmSync } = process.getBuiltinModule('node:fs');
  const { tmpdir } = process.getBuiltinModule('node:os');
  const folder = (made = mkdtempSync(`${tmpdir()}/ambit-`));
  process.once('exit', () => {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Somebody took the rights from a folder in it: the system clears its temporary folder.
    }
  });
  return folder;
}
