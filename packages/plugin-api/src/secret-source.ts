/**
 * Where the values of secrets come from. Sources are asked in order; the first that has the name answers. The name of a secret
 * in a group is `group/KEY`: a group is a namespace of a source (a path of a vault); one that has none takes `secretVariable`.
 */
export interface SecretSource {
  /** For messages: `environment`, `vault`. */
  readonly name: string;
  has(name: string, signal: AbortSignal): Promise<boolean>;
  get(name: string, signal: AbortSignal): Promise<string | undefined>;
  dispose(): Promise<void>;
}

/** The variable that means a secret where names have no groups: `TOKEN`, and `HUGGING_FACE_TOKEN` for `hugging-face/TOKEN`. */
export function secretVariable(name: string): string {
  const [, group, key] = /^(.*)\/([^/]*)$/.exec(name) ?? [];
  return group === undefined || key === undefined ? name : `${group.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_${key}`;
}
