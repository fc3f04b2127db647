import type { ConnectorError, Failure } from '../../../../lambdas/core/base/errors.ts';
import type { TokenCache } from '../../../../lambdas/core/base/token.ts';
import type {
  CreateCustomerInput,
  FluentAttribute,
  FluentWriter,
  FoundCustomer,
  UpdateCustomerInput,
} from '../../../../lambdas/core/delivery/ports/fluent-writer.ts';
import type { FaultOf } from '../kernel/faults.ts';
import type { Sim } from '../kernel/sim.ts';
import type { Code } from '../world/code.ts';
import type { Fate, Invocation } from './invocation.ts';

/** A customer in the OMS. */
export interface OmsCustomer {
  readonly username: string;
  readonly retailerId: string;
  fields: Record<string, unknown>;
  attributes: FluentAttribute[];
}

export interface OmsWrite {
  readonly how: 'create' | 'update';
  readonly input: CreateCustomerInput | UpdateCustomerInput;
  /** Before the write. */
  readonly before: OmsCustomer | undefined;
}

const TOKEN_LIFE_SECONDS = 900;

/** Fluent: unique usernames, unconditional updates, the last write wins. */
export class Fluent {
  readonly customers = new Map<string, OmsCustomer>();
  writes = 0;
  raced = 0;
  onWrite: (write: OmsWrite) => void = () => {};
  #tokens = 0;
  readonly #hasStrangers: boolean;
  readonly #validUntil = new Map<string, number>();
  readonly #refused = new Map<unknown, { readonly code: string; readonly until: number }>();

  constructor(options: { hasStrangers: boolean }) {
    this.#hasStrangers = options.hasStrangers;
  }

  create(input: CreateCustomerInput): 'created' | 'duplicate' {
    if (this.customers.has(input.username)) return 'duplicate';
    this.onWrite({ how: 'create', input, before: undefined });
    this.writes++;
    const { username, retailer, attributes, ...fields } = input;
    this.customers.set(username, { username, retailerId: retailer.id, fields, attributes: [...attributes] });
    return 'created';
  }

  update(input: UpdateCustomerInput): 'updated' | 'unknown' {
    const known = this.customers.get(input.username);
    if (!known) return 'unknown';
    this.onWrite({ how: 'update', input, before: known });
    this.writes++;
    const { username: _username, attributes, ...fields } = input;
    known.fields = { ...known.fields, ...fields };
    for (const attribute of attributes) {
      const index = known.attributes.findIndex(({ name }) => name === attribute.name);
      if (index < 0) known.attributes.push(attribute);
      else known.attributes[index] = attribute;
    }
    return 'updated';
  }

  /** A record that was created first: with e-mail usernames by another customer, otherwise only by our own lost create. */
  race(input: CreateCustomerInput): void {
    this.raced++;
    if (!this.#hasStrangers) {
      this.create(input);
      return;
    }
    const { username, retailer, primaryEmail } = input;
    if (this.customers.has(username)) return;
    this.customers.set(username, {
      username,
      retailerId: retailer.id,
      fields: { primaryEmail },
      attributes: [],
    });
  }

  /** A record that the connector did not create; it is adopted only if it has no owner and belongs to our retailer. */
  addStranger({ email, which }: { email: string; which: 'marked' | 'unmarked' | 'other-retailer' }): void {
    this.customers.set(email, {
      username: email,
      retailerId: which === 'other-retailer' ? '2' : '1',
      fields: { primaryEmail: email, lastName: 'Stranger' },
      attributes:
        which === 'marked' ? [{ name: 'commercetoolsId', type: 'STRING', value: 'somebody-else' }] : [],
    });
  }

  /** Writes of this customer are refused permanently until then. */
  refuse(id: string, code: string, until: number): void {
    this.#refused.set(id, { code, until });
  }

  refusalOf({ username, attributes }: CreateCustomerInput | UpdateCustomerInput, now: number) {
    const known = this.customers.get(username)?.attributes ?? [];
    const mark = [...attributes, ...known].find(({ name }) => name === 'commercetoolsId')?.value;
    const refusal = this.#refused.get(mark);
    return refusal && now < refusal.until ? refusal.code : undefined;
  }

  newToken(now: number): string {
    const token = `token-${++this.#tokens}`;
    this.#validUntil.set(token, now + TOKEN_LIFE_SECONDS * 1_000);
    return token;
  }

  accepts(token: string, now: number): boolean {
    return (this.#validUntil.get(token) ?? 0) > now;
  }

  revoke(token: string): void {
    this.#validUntil.delete(token);
  }
}

function found({ username, retailerId, fields, attributes }: OmsCustomer): FoundCustomer {
  return { username, retailerId, fields, attributes: [...attributes] };
}

interface Request<T> {
  readonly what: string;
  readonly isWrite: boolean;
  readonly effect: () => T;
  /** The written content. */
  readonly input?: CreateCustomerInput | UpdateCustomerInput;
}

/** The writer of one invocation, with the token of its environment. */
export function fluentWriterOf(
  sim: Sim,
  code: Code,
  options: {
    fluent: Fluent;
    invocation: Invocation;
    timeoutMs: number;
    deltaMs: number;
    isDown: () => boolean;
    lateBeyondDelta: boolean;
  },
): FluentWriter {
  const { fluent, invocation } = options;
  const { faults, kernel, random, reach } = sim;
  const tokens = tokensOf(code, invocation, () => kernel.now);

  function toError(failure: Failure): ConnectorError {
    reach.hit(`classifier: ${failure.code} ${failure.failureClass}`);
    return new code.ConnectorError(failure, `Fluent: ${failure.code}`);
  }
  const byStatus = (status: number | undefined, isWrite: boolean, retryAfter?: string) =>
    toError(code.classifyHttp({ system: 'FLUENT', status, retryAfter, isWrite, now: kernel.now }));
  const byCode = (errorCode: string, isWrite: boolean) =>
    toError(
      code.classifyGraphqlErrors([{ message: 'refused', extensions: { code: errorCode } }], {
        status: 200,
        isWrite,
      }),
    );
  const byWords = (message: string, isWrite: boolean) =>
    toError(code.classifyGraphqlErrors([{ message }], { status: 200, isWrite }));
  const unreadable = (isWrite: boolean) =>
    toError({ failureClass: isWrite ? 'ambiguous' : 'retry', code: 'FLUENT_UNREADABLE_ANSWER' });

  async function token(): Promise<string> {
    const fault = faults.draw('token');
    const value = await tokens.get(async () => {
      await invocation.call('get-token', { effectAfter: 20, answerAfter: 20 }, () => {});
      if (fault === 'endpoint-down') throw byStatus(503, false);
      const { now } = kernel;
      return { value: fluent.newToken(now), renewAt: code.renewalTime(now, TOKEN_LIFE_SECONDS) };
    });
    if (fault === 'revoked' || fault === 'expired-early') fluent.revoke(value);
    return value;
  }

  /** Like the real adapter: renews a refused token once. */
  async function authorised(isWrite: boolean): Promise<void> {
    let value = await token();
    if (fluent.accepts(value, kernel.now)) return;
    await invocation.call('refused-token', { effectAfter: 20, answerAfter: 20 }, () => {});
    await tokens.drop(value);
    value = await token();
    if (!fluent.accepts(value, kernel.now)) throw byStatus(401, isWrite);
  }

  async function send<T>(request: Request<T>): Promise<T> {
    await authorised(request.isWrite);
    const { what, isWrite, effect, input } = request;
    const left = Math.min(options.timeoutMs, invocation.abortsAt - kernel.now);
    if (left <= 0) throw toError({ failureClass: 'retry', code: 'FLUENT_NO_TIME' });
    const after = random.integer(30, 250);
    const drawn = options.isDown()
      ? '503'
      : isWrite
        ? faults.draw('fluent-write')
        : faults.draw('fluent-read');
    const refusal = input && fluent.refusalOf(input, kernel.now);
    const fate =
      refusal === undefined || drawn === '503'
        ? fateOf(drawn, isWrite, { after, left })
        : { answerAfter: after, error: byCode(refusal, isWrite) };
    const isCut = fate.answerAfter === undefined || fate.answerAfter > left;
    const bounded: Fate = isCut ? { ...fate, answerAfter: left, error: byStatus(undefined, isWrite) } : fate;
    return invocation.call(what, bounded, effect);
  }

  function fateOf(
    drawn: FaultOf<'fluent-write'> | FaultOf<'fluent-read'> | undefined,
    isWrite: boolean,
    { after, left }: { after: number; left: number },
  ): Fate {
    const refusedWith = (error: ConnectorError): Fate => ({ answerAfter: after, error });
    const lostWith = (error: ConnectorError): Fate => ({ effectAfter: after, answerAfter: after, error });
    switch (drawn) {
      case '429':
        return refusedWith(
          byStatus(429, isWrite, random.chance(0.5) ? String(random.integer(1, 90)) : undefined),
        );
      case 'C0011E':
      case 'C0003E':
      case 'C0020E':
      case 'S0010E':
      case 'S0040E':
        return refusedWith(byCode(drawn, isWrite));
      case '401':
        return refusedWith(byStatus(401, isWrite));
      case '302':
      case '400':
      case '404':
      case '500':
        return refusedWith(byStatus(Number(drawn), isWrite));
      case 'words-timeout-applied':
        return lostWith(byWords('The request timed out.', isWrite));
      case 'words-rate-limit':
        return refusedWith(byWords('Too many requests.', isWrite));
      case 'words-required':
        return refusedWith(byWords('A field is required.', isWrite));
      case 'words-unknown':
        return refusedWith(byWords('Something else.', isWrite));
      case '503':
        return refusedWith(byStatus(503, isWrite));
      case '503-applied':
        return lostWith(byStatus(503, isWrite));
      case 'S0002E-applied':
        return lostWith(byCode('S0002E', isWrite));
      case 'reset':
        return refusedWith(byStatus(undefined, isWrite));
      case 'reset-applied':
        return lostWith(byStatus(undefined, isWrite));
      case 'unreadable':
        return refusedWith(unreadable(isWrite));
      case 'unreadable-applied':
        return lostWith(unreadable(isWrite));
      case 'permanent':
        return refusedWith(byCode('C0101E', isWrite));
      case 'timeout':
        return { answerAfter: undefined };
      case 'timeout-applied':
        return { effectAfter: after, answerAfter: undefined };
      case 'late': {
        // Times out after `left`; the write takes effect at any time within DELTA.
        const beyond = options.lateBeyondDelta ? options.deltaMs * 20 : 0;
        return {
          effectAfter: left + random.integer(0, options.deltaMs - 1) + beyond,
          answerAfter: undefined,
        };
      }
      case 'slow':
        return { effectAfter: 6_000, answerAfter: 6_000 };
      default:
        return { effectAfter: after, answerAfter: after };
    }
  }

  return {
    findByUsername: (username) =>
      send({
        what: 'find-by-username',
        isWrite: false,
        effect: () => {
          const known = fluent.customers.get(username);
          return known && found(known);
        },
      }),
    findByEmail: (email) =>
      send({
        what: 'find-by-email',
        isWrite: false,
        effect: () =>
          [...fluent.customers.values()].filter(({ fields }) => fields['primaryEmail'] === email).map(found),
      }),
    list: () =>
      send({
        what: 'list',
        isWrite: false,
        effect: () => ({ customers: [...fluent.customers.values()].map(found) }),
      }),
    ping: () => send({ what: 'ping', isWrite: false, effect: () => {} }),
    create: (input) => {
      const isRaced = faults.draw('fluent-create') === 'race';
      return send({
        what: 'create',
        isWrite: true,
        input,
        effect: () => {
          if (isRaced) fluent.race(input);
          return fluent.create(input);
        },
      });
    },
    update: (input) => {
      const isUnknown = faults.draw('fluent-update') === 'unknown';
      return send({
        what: 'update',
        isWrite: true,
        input,
        effect: () => (isUnknown ? 'unknown' : fluent.update(input)),
      });
    },
  };
}

function tokensOf(code: Code, { environment }: Invocation, now: () => number): TokenCache {
  const known = environment.memory.get('tokens') as TokenCache | undefined;
  const tokens = known ?? new code.TokenCache(now);
  if (!known) environment.memory.set('tokens', tokens);
  return tokens;
}
