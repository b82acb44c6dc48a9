/** Node imports it as it is, whatever a tool that transforms modules (a test runner) has made of `import()` here. */
const importer = 'data:text/javascript,export const load = (url) => import(url)';

let load: ((url: string) => Promise<unknown>) | undefined;

export async function nativeImport(url: string): Promise<Readonly<Record<string, unknown>>> {
  load ??= ((await import(importer)) as { readonly load: (url: string) => Promise<unknown> }).load;
  return (await load(url)) as Readonly<Record<string, unknown>>;
}
