/** Waits until it holds. */
export async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const until = Date.now() + 20_000; !(await holds());) {
    if (Date.now() > until) throw new Error(`this did not come: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
