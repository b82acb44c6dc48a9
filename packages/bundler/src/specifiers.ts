import { isBuiltin } from 'node:module';

/** Neither a path nor a URL. */
export function isBare(specifier: string): boolean {
  return !/^(\.{0,2}\/|\.{1,2}$|[a-z][a-z0-9+.-]*:)/i.test(specifier) && specifier !== '';
}

/** That of a package: not of a file, Node's own, or an address. */
export function isPackage(specifier: string): boolean {
  return isBare(specifier) && !specifier.startsWith('#') && !isBuiltin(specifier);
}

/** Node's own, or an address. */
export function isOutside(specifier: string): boolean {
  return isBuiltin(specifier) || /^[a-z][a-z\d+.-]*:/i.test(specifier);
}

/** `@scope/name` or `name` of what an import says. */
export function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
