import type { FluentCustomer } from './customer.ts';

const maxRows = 200;

/** An HTML page of the customers, latest changes first. */
export function customerPage(accountId: string, customers: readonly FluentCustomer[]): string {
  const latest = customers.toSorted((a, b) => b.updatedOn.localeCompare(a.updatedOn)).slice(0, maxRows);
  const rows = latest.map((customer) => {
    const attributes = customer.attributes
      .map(({ name, value }) => `${name}=${JSON.stringify(value)}`)
      .join(' ');
    return [
      customer.id,
      customer.username,
      customer.primaryEmail,
      `${customer.firstName ?? ''} ${customer.lastName ?? ''}`,
      customer.country ?? '',
      customer.promotionOptIn ? 'yes' : 'no',
      customer.retailer.id,
      customer.updatedOn,
      attributes,
    ];
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="3">
<title>Fluent ${escapeHtml(accountId)}: ${customers.length} customers</title>
<style>body{font:14px system-ui;margin:2em}table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.2em .5em;text-align:start;vertical-align:top}</style>
<h1>Fluent account ${escapeHtml(accountId)}</h1>
<p>${customers.length} customers, the latest ${rows.length} changes first.</p>
<table>
<tr>${headings.map((heading) => `<th>${heading}</th>`).join('')}</tr>
${rows.map((cells) => `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`).join('\n')}
</table>
</html>
`;
}

const headings = [
  'id',
  'username',
  'e-mail',
  'name',
  'country',
  'opt-in',
  'retailer',
  'updated',
  'attributes',
];

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeHtml = (text: string) =>
  text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
