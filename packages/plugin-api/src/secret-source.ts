/** Where the values of secrets come from. Sources are asked in order; the first that has the name answers. */
export interface SecretSource {
  /** For messages: `environment`, `vault`. */
  readonly name: string;
  has(name: string, signal: AbortSignal): Promise<boolean>;
  get(name: string, signal: AbortSignal): Promise<string | undefined>;
  dispose(): Promise<void>;
}
