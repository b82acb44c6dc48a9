/** A reference to an image, taken apart as Docker does. */
export interface ImageReference {
  /** `docker.io` where none is named. */
  readonly host: string;
  /** `library/debian`. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

export function parseReference(reference: string): ImageReference {
  const [named = '', digest] = reference.split('@', 2);
  const slash = named.indexOf('/');
  const first = slash < 0 ? '' : named.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === 'localhost';
  const rest = isHost ? named.slice(slash + 1) : named;
  const colon = rest.lastIndexOf(':');
  const [path, tag] = colon > rest.lastIndexOf('/') ? [rest.slice(0, colon), rest.slice(colon + 1)] : [rest, undefined];
  const host = !isHost || first === 'index.docker.io' ? 'docker.io' : first;
  return {
    host,
    repository: host === 'docker.io' && !path.includes('/') ? `library/${path}` : path,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** Without tag and digest, as Docker takes it. */
export function repositoryOf({ host, repository }: ImageReference): string {
  return `${host}/${repository}`;
}
