/** The person or script in front of the command line. Tests bring their own. */
export interface Shell {
  /** Standard output: the answer, and nothing else. */
  out(text: string): void;
  /** Standard error: progress, questions, what went wrong. */
  err(text: string): void;
  /** Is a person there who sees standard error and can answer? */
  readonly isInteractive: boolean;
  ask(question: string): Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Name of the person at this machine, for the audit line of a local connector. */
  userName(): string;
  now(): number;
  /** Ends early, without an error, when the person interrupts. */
  sleep(milliseconds: number): Promise<void>;
  readonly interrupted: AbortSignal;
  readFile(path: string): Promise<string>;
  /** Throws CliError if `writeFile` would be refused; writes nothing. */
  checkWritable(path: string): Promise<void>;
  writeFile(path: string, text: string): Promise<void>;
}
