import type { CustomerSettings } from './settings.ts';

/** Is the username made of the e-mail, which can change and can be freed for somebody else? */
export function isByEmail({ usernameStrategy }: CustomerSettings): boolean {
  return usernameStrategy === 'email' || usernameStrategy === 'retailerId_email';
}

/** Usernames that the id of a customer gives, whatever its stores or country are or were; none for e-mail strategies. */
export function usernamesOfId(id: string, settings: CustomerSettings): string[] {
  if (settings.usernameStrategy === 'customerId') return [id];
  if (settings.usernameStrategy !== 'retailerId_customerId') return [];
  const { retailerId, retailerByStore, retailerByCountry } = settings;
  const retailers = new Set([
    retailerId,
    ...Object.values(retailerByStore),
    ...Object.values(retailerByCountry),
  ]);
  return [...retailers].map((retailer) => `${retailer}_${id}`);
}

/** Does the customer id alone give the username, now and later? */
export function isRecomputable(id: string, settings: CustomerSettings): boolean {
  return usernamesOfId(id, settings).length === 1;
}
