/** An OAuth token. `renewAt`: when to fetch a new one, milliseconds since the epoch. */
export interface Token {
  readonly value: string;
  readonly renewAt: number;
}

/** A minute before the token expires, or after half of its life if that is shorter than two minutes. */
export function renewalTime(now: number, expiresInSeconds: number): number {
  return now + Math.max(expiresInSeconds - 60, expiresInSeconds / 2) * 1_000;
}

/** One token for all concurrent calls of an environment: the first caller fetches it, the others wait for it. */
export class TokenCache {
  #current: Promise<Token> | undefined;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  async get(fetchToken: () => Promise<Token>): Promise<string> {
    const known = this.#current;
    if (known) {
      const token = await known;
      if (this.#now() < token.renewAt) return token.value;
      if (this.#current === known) this.#current = undefined;
    }
    this.#current ??= this.#keep(fetchToken());
    return (await this.#current).value;
  }

  /** Drops a refused token, unless a newer one has replaced it already. */
  async drop(refused: string): Promise<void> {
    const known = this.#current;
    const token = await known?.catch(() => undefined);
    if (token?.value === refused && this.#current === known) this.#current = undefined;
  }

  #keep(fetched: Promise<Token>): Promise<Token> {
    fetched.catch(() => {
      if (this.#current === fetched) this.#current = undefined;
    });
    return fetched;
  }
}
