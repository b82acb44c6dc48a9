import { entry } from './entry.ts';
import type { CatalogueEntry } from './entry.ts';

/** The Docker engine. */
export const dockerErrors: Readonly<Record<string, CatalogueEntry>> = {
  AMBIT_DOCKER_OPTION: entry('An option of docker() is not known, or has a value that it cannot have.', 'Correct the configuration.'),
  AMBIT_DOCKER_ENDPOINT: entry(
    'What DOCKER_HOST, the current context or the configuration of Docker says names no engine that can be reached.',
    'Correct it, or name the engine: docker({ host }).',
  ),
  AMBIT_DOCKER_UNREACHABLE: entry('The Docker engine does not answer.', 'Start it, or name another one.'),
  AMBIT_DOCKER_PERMISSION: entry('The socket of the Docker engine is not open to this user.', 'Join its group, or use rootless Docker.'),
  AMBIT_DOCKER_TLS: entry('A certificate for the Docker engine cannot be read, or is not accepted.', 'Name the right PEM files.'),
  AMBIT_DOCKER_DROPPED: entry(
    'The Docker engine closed a connection before it had answered in full.',
    'See whether it was restarted, then try again.',
  ),
  AMBIT_DOCKER_REFUSED: entry('The Docker engine refuses what it was asked to do.', 'Mend what it says.'),
  AMBIT_DOCKER_TOO_OLD: entry('The Docker engine has no BuildKit.', 'Use Docker 18.09 or newer.'),
  AMBIT_DOCKER_LOGIN: entry(
    "The program that keeps the logins of Docker's command could not be asked.",
    'Install it, or give the login in docker({ registries }).',
  ),
  AMBIT_DOCKER_REGISTRY: entry('A registry does not answer, or refuses a login.', 'See that it can be reached, and log in.'),
};
