import { AmbitError } from '@ambit/plugin-api';
import type { BuildRequest } from '@ambit/plugin-api';

/** The variables that an installer gets for the secrets of its layer: called as these, without their group. */
export async function secretVariables(
  names: readonly string[] = [],
  secrets: BuildRequest['secrets'] = [],
): Promise<Readonly<Record<string, string>>> {
  const variables = names.map(async (name) => {
    const secret = secrets.find((each) => each.name === name);
    if (secret) return [name.slice(name.lastIndexOf('/') + 1), await secret.value()] as const;
    throw new AmbitError('AMBIT_SECRET_MISSING', `There is no secret ${name} in the request for this image.`, {
      hint: 'Hand over all secrets that layers name.',
      facts: { name },
    });
  });
  return Object.fromEntries(await Promise.all(variables));
}

/** An address with the values of what it mentions as `${NAME}`. */
export function withSecrets(address: string, variables: Readonly<Record<string, string>>): string {
  return address.replace(/\$\{([A-Za-z_]\w*)\}/g, (mention, name: string) => (Object.hasOwn(variables, name) ? variables[name]! : mention));
}
