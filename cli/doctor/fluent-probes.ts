import * as z from 'zod/mini';
import { type Finding, ok, type Probe, problem, unknown } from './check.ts';
import type { FluentSession } from './fluent-session.ts';
import { codeOf, isDenied, isOutage, outage } from './outage-check.ts';

/** Nobody's username. */
export const NOBODY = 'connector-doctor-nobody';

const edges = z.object({ customers: z.nullish(z.object({ edges: z.array(z.unknown()) })) });
const retailer = z.object({ retailerById: z.nullish(z.object({ id: z.union([z.string(), z.number()]) })) });
const found = z.object({ customer: z.nullish(z.object({ username: z.string() })) });

export const FLUENT_LOGIN = 'Fluent: login';
/** What reads customers needs this too. */
export const FLUENT_QUERY = 'Fluent: customers can be queried';

const ROOT_URL =
  'Look at the root URL: https://ACCOUNT.sandbox.api.fluentretail.com, in production without ".sandbox".';

/** Everything else needs its token. */
export function fluentLogin(session: FluentSession): Probe[] {
  return [
    {
      check: FLUENT_LOGIN,
      system: 'Fluent',
      address: ROOT_URL,
      async look() {
        const { answer, token, seconds } = await session.logIn();
        if (token !== undefined) return ok(`token for ${lifetime(seconds)}`);
        const { status } = answer;
        if (isOutage(status)) throw outage('Fluent', status);
        return problem(
          `no token: HTTP ${status}`,
          [400, 401, 403].includes(status)
            ? 'Look at account id, client id and secret, username and password. The user has to be of type API.'
            : ROOT_URL,
        );
      },
    },
  ];
}

/** What the connector needs of Fluent, as far as reading shows it. */
export function fluentProbes(session: FluentSession, retailerId: string | undefined): Probe[] {
  const { graphql } = session;
  return [
    {
      check: FLUENT_QUERY,
      look: async () => {
        await graphql({ query: 'query { customers(first: 1) { edges { cursor } } }', schema: edges }, {});
        return ok('CUSTOMER_VIEW');
      },
      fix: 'Give the role of the integration user the permission to view customers (CUSTOMER_VIEW).',
    },
    {
      check: 'Fluent: retailer',
      look: () => lookForRetailer(session, retailerId),
    },
    {
      check: 'Fluent: an unknown customer is found as absent',
      needs: FLUENT_QUERY,
      async look() {
        const query = 'query($ref: String!) { customer(ref: $ref) { username } }';
        const answer = await graphql({ query, schema: found }, { ref: NOBODY }).catch(codeOf);
        if (typeof answer === 'string') {
          if (isDenied(answer)) return unknown(`cannot be asked: ${answer}`);
          return answer === 'C0120E'
            ? ok('answered with C0120E, which the connector takes as absent')
            : problem(
                `answered with ${answer}`,
                'The connector would not create anybody. Report this code to us.',
              );
        }
        if (!answer.customer) return ok('answered with null');
        return problem(
          'answered with a customer',
          'Lookups match loosely here. Report this before you go live.',
        );
      },
    },
  ];
}

async function lookForRetailer({ graphql }: FluentSession, retailerId: string | undefined): Promise<Finding> {
  if (retailerId === undefined) return unknown('not asked: no retailer is configured here');
  const query = 'query($id: ID!) { retailerById(id: $id) { id } }';
  const answer = await graphql({ query, schema: retailer }, { id: retailerId }).catch(codeOf);
  if (typeof answer === 'string' && isDenied(answer)) {
    return problem(answer, 'Give the integration user the permission to view retailers (RETAILER_VIEW).');
  }
  if (typeof answer === 'string') return unknown(`cannot be asked: ${answer}`);
  if (answer.retailerById) return ok(`${retailerId} exists`);
  return problem(
    `there is no retailer ${retailerId}, or the user does not see it`,
    'Look at the retailer id (settings.retailerId, FLUENT_RETAILER_ID) and at the retailers of the user.',
  );
}

function lifetime(seconds: number | undefined): string {
  if (seconds === undefined) return 'an unnamed time; the connector takes an hour';
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
