import * as z from 'zod/mini';
import type { Failure, FailureClass } from '../../core/base/errors.ts';
import { RATE_LIMIT_SECONDS } from '../../core/base/http-failure.ts';

const graphqlError = z.object({
  message: z.nullish(z.string()),
  extensions: z.optional(z.nullable(z.object({ code: z.optional(z.unknown()) }))),
});

/** C: the client can fix it. S: server. T: third party. Then four digits, and E or W. */
const CODE = /\b[CST]\d{4}[EW]\b/;
/** Members of our inputs. Nothing else is taken from a message, so no other part of it can leak. */
const FIELD =
  /\b(username|firstName|lastName|title|primaryEmail|primaryPhone|country|timezone|department|promotionOptIn|retailer|attributes)\b/;
/** Seconds that Fluent's own clients wait after a server fault. */
const SERVER_FAULT_SECONDS = 30;

/** Codes whose first letter would give the wrong class. */
const exceptions: Readonly<
  Record<string, { readonly failureClass: FailureClass; readonly retryAfterSeconds?: number }>
> = {
  C0003E: { failureClass: 'retry', retryAfterSeconds: 60 },
  C0011E: { failureClass: 'retry', retryAfterSeconds: RATE_LIMIT_SECONDS },
  C0020E: { failureClass: 'configuration' },
  S0040E: { failureClass: 'retry', retryAfterSeconds: 10 },
};

/**
 * Class of an answer with several errors, the first that applies. An ambiguous write comes first: nothing may be written
 * before DELTA has passed, whatever else is wrong.
 */
const severity: readonly FailureClass[] = ['ambiguous', 'permanent', 'configuration', 'retry'];

/** Classifies the `errors` of a GraphQL answer. Only a code and a field name are taken from a message: it may echo variables. */
export function classifyGraphqlErrors(
  errors: readonly unknown[],
  answer: { status: number; isWrite: boolean },
): Failure {
  const failures = errors.map((error) => classifyOne(error, answer));
  const [worst] = failures.sort(
    (a, b) => severity.indexOf(a.failureClass) - severity.indexOf(b.failureClass),
  );
  return worst ?? { failureClass: 'permanent', code: 'FLUENT_UNKNOWN_ERROR' };
}

function classifyOne(error: unknown, answer: { status: number; isWrite: boolean }): Failure {
  const open: FailureClass = answer.isWrite ? 'ambiguous' : 'retry';
  // The server may have written before it failed, whatever its answer says.
  if (answer.status >= 500) return { failureClass: open, code: `FLUENT_${answer.status}` };
  const read = graphqlError.safeParse(error);
  const message = read.success ? (read.data.message ?? '') : '';
  const extension = read.success ? read.data.extensions?.code : undefined;
  const code = CODE.exec(typeof extension === 'string' ? extension : '')?.[0] ?? CODE.exec(message)?.[0];
  const failure = code ? classifyCode(code, answer.isWrite) : classifyWords(message, answer);
  const field = failure.failureClass === 'permanent' ? FIELD.exec(message)?.[1] : undefined;
  return field === undefined ? failure : { ...failure, field };
}

function classifyCode(code: string, isWrite: boolean): Failure {
  const known = exceptions[code];
  if (known) return { code, ...known };
  if (code.startsWith('C')) return { code, failureClass: 'permanent' };
  // S0001-S0019 except S0002, and S0030: the platform is set up wrongly. Waiting does not fix it, but the event is not at fault either.
  if (/^S00[01]\d|^S0030/.test(code) && !code.startsWith('S0002')) return { code, failureClass: 'permanent' };
  return { code, failureClass: isWrite ? 'ambiguous' : 'retry', retryAfterSeconds: SERVER_FAULT_SECONDS };
}

/** Without a code: by words of the message. Otherwise permanent, because the effect of a retry is unknown. */
function classifyWords(message: string, { status, isWrite }: { status: number; isWrite: boolean }): Failure {
  const open: FailureClass = isWrite ? 'ambiguous' : 'retry';
  if (status === 401 || status === 403) return { failureClass: 'configuration', code: `FLUENT_${status}` };
  if (/already exists|duplicate/i.test(message)) return { failureClass: 'permanent', code: 'C0123E' };
  if (/timeout|timed out|connection|server error|internal error/i.test(message)) {
    return { failureClass: open, code: 'FLUENT_SERVER_FAULT', retryAfterSeconds: SERVER_FAULT_SECONDS };
  }
  if (/rate limit|too many/i.test(message) || status === 429) {
    return { failureClass: 'retry', code: 'FLUENT_RATE_LIMIT', retryAfterSeconds: RATE_LIMIT_SECONDS };
  }
  if (/not found/i.test(message)) return { failureClass: 'permanent', code: 'FLUENT_NOT_FOUND' };
  if (/required|missing/i.test(message)) return { failureClass: 'permanent', code: 'FLUENT_REQUIRED' };
  return { failureClass: 'permanent', code: 'FLUENT_UNKNOWN_ERROR' };
}
