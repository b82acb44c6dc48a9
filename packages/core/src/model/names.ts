import { definitionError, describeValue } from '@ambit/plugin-api';

const longest = 63;
const environmentName = /^[a-z0-9]+([_-][a-z0-9]+)*$/;
const notInTaskNames = /[.\s\p{Cc}\p{Cs}]/u;

export function checkEnvironmentName(name: unknown): string {
  if (typeof name === 'string' && name.length <= longest && environmentName.test(name)) return name;
  const expected = `lower-case letters and digits, in parts joined by one _ or -, at most ${longest} characters`;
  const got = describeValue(name);
  throw definitionError(
    'AMBIT_DEFINE_NAME',
    `${got} is no name of an environment; expected ${expected}.`,
    `Write it like this: name: 'fold_env'.`,
    {
      option: 'name',
      expected,
      got,
    },
  );
}

/** Any alphabet; composed (NFC), so that names that look the same are the same. */
export function checkTaskName(environment: string, name: unknown): string {
  const right = typeof name === 'string' && name !== '' && name === name.normalize('NFC') && !notInTaskNames.test(name);
  if (right && [...name].length <= longest) return name;
  const expected = `text in composed form (NFC) with no dot, space or control character, at most ${longest} characters`;
  const got = describeValue(name);
  throw definitionError(
    'AMBIT_DEFINE_TASK_NAME',
    `Environment ${environment}: ${got} is no name of a task; expected ${expected}.`,
    `Write it like this: env.task('run_fold', async (sequence: string) => …).`,
    { environment, option: 'name', expected, got },
  );
}
