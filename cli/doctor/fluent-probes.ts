import * as z from 'zod/mini';
import type { FluentSession } from './fluent-session.ts';
import { codeOf, isDenied, isOutage, outage } from './outages.ts';
import { type Finding, ok, type Probe, problem, unexpected, unknown } from './probe.ts';

/** A username that no customer has. */
export const UNUSED_USERNAME = 'connector-doctor-nobody';

const edges = z.object({ customers: z.nullish(z.object({ edges: z.array(z.unknown()) })) });
const retailer = z.object({ retailerById: z.nullish(z.object({ id: z.union([z.string(), z.number()]) })) });
/** The answer of a lookup by username. */
export const foundCustomer = z.object({ customer: z.nullish(z.object({ username: z.string() })) });

export const FLUENT_LOGIN = 'Fluent: login';
/** Other probes that read customers need this one. */
export const FLUENT_QUERY = 'Fluent: customers can be queried';

const ROOT_URL =
  'Check the root URL: https://ACCOUNT.sandbox.api.fluentretail.com, without ".sandbox" in production.';

/** All other Fluent probes need the login. */
export function fluentLogin(session: FluentSession): Probe[] {
  return [
    {
      check: FLUENT_LOGIN,
      system: 'Fluent',
      address: ROOT_URL,
      async run() {
        const { answer, token, seconds } = await session.logIn();
        if (token !== undefined) return ok(`token for ${lifetime(seconds)}`);
        const { status } = answer;
        if (isOutage(status)) throw outage('Fluent', status);
        return problem(
          `no token: HTTP ${status}`,
          [400, 401, 403].includes(status)
            ? 'Check account id, client id and secret, username and password. The user must have type API.'
            : ROOT_URL,
        );
      },
    },
  ];
}

/** Checks what the connector needs from Fluent, as far as reading shows it. */
export function fluentProbes(session: FluentSession, retailerId: string | undefined): Probe[] {
  const { graphql } = session;
  return [
    {
      check: FLUENT_QUERY,
      run: async () => {
        await graphql({ query: 'query { customers(first: 1) { edges { cursor } } }', schema: edges }, {});
        return ok('CUSTOMER_VIEW');
      },
      fix: 'Give the role of the integration user the permission to view customers (CUSTOMER_VIEW).',
    },
    { check: 'Fluent: retailer', run: () => checkRetailer(session, retailerId) },
    {
      check: 'Fluent: lookup of an unknown customer',
      needs: FLUENT_QUERY,
      async run() {
        const query = 'query($ref: String!) { customer(ref: $ref) { username } }';
        const answer = await graphql({ query, schema: foundCustomer }, { ref: UNUSED_USERNAME }).catch(
          codeOf,
        );
        if (typeof answer === 'string') {
          if (isDenied(answer)) return unknown(`cannot be checked: ${answer}`);
          return answer === 'C0120E'
            ? ok('answers C0120E, which the connector reads as not found')
            : unexpected(`answers ${answer}`, 'The connector would not create customers.');
        }
        if (!answer.customer) return ok('answers null');
        return unexpected('answers with a customer', 'Lookups in this account return inexact matches.');
      },
    },
  ];
}

async function checkRetailer({ graphql }: FluentSession, retailerId: string | undefined): Promise<Finding> {
  if (retailerId === undefined) return unknown('not checked: no retailer is configured here');
  const query = 'query($id: ID!) { retailerById(id: $id) { id } }';
  const answer = await graphql({ query, schema: retailer }, { id: retailerId }).catch(codeOf);
  if (typeof answer === 'string' && isDenied(answer)) {
    return problem(answer, 'Give the integration user the permission to view retailers (RETAILER_VIEW).');
  }
  if (typeof answer === 'string') return unknown(`cannot be checked: ${answer}`);
  if (answer.retailerById) return ok(`${retailerId} exists`);
  return problem(
    `retailer ${retailerId} does not exist, or the user has no access to it`,
    'Check the retailer id (settings.retailerId, FLUENT_RETAILER_ID) and the retailers of the user.',
  );
}

function lifetime(seconds: number | undefined): string {
  if (seconds === undefined) return 'an unknown time; the connector assumes one hour';
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
