/** Where a plugin says what it does. The host adds time and instance, redacts secrets, and decides what is shown. */
export interface Logger {
  debug(message: string, facts?: object): void;
  info(message: string, facts?: object): void;
  warn(message: string, facts?: object): void;
  error(message: string, facts?: object): void;
}
