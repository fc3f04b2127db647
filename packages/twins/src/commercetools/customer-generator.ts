import type { BaseAddress, CustomerDraft } from '@commercetools/platform-sdk';
import type { Random } from '../random.ts';
import { demoGroups, demoStores, demoType } from './demo-project.ts';

interface People {
  readonly locale: string;
  readonly country: string;
  readonly city: string;
  readonly street: string;
  readonly firstNames: readonly string[];
  readonly lastNames: readonly string[];
}

/** Names and addresses in several scripts and writing directions. */
const people: readonly People[] = [
  {
    locale: 'en-GB',
    country: 'GB',
    city: 'London',
    street: 'High Street',
    firstNames: ['Jane', 'John', 'Aoife', 'Mary-Anne'],
    lastNames: ['Doe', "O'Neill", 'Smith-Jones'],
  },
  {
    locale: 'de-DE',
    country: 'DE',
    city: 'Köln',
    street: 'Große Straße',
    firstNames: ['Jürgen', 'Änne', 'Zoë'],
    lastNames: ['Müller', 'Weiß', 'von der Leyden'],
  },
  {
    locale: 'fr-FR',
    country: 'FR',
    city: 'Orléans',
    street: 'Rue de l’Étoile',
    firstNames: ['Chloé', 'François', 'Anaïs'],
    lastNames: ['Lefèvre', 'Noël', 'D’Arcy'],
  },
  {
    locale: 'ja-JP',
    country: 'JP',
    city: '東京',
    street: '千代田',
    firstNames: ['太郎', 'さくら', '𠮷子'],
    lastNames: ['山田', '髙橋'],
  },
  {
    locale: 'ar-AE',
    country: 'AE',
    city: 'دبي',
    street: 'شارع الشيخ زايد',
    firstNames: ['محمد', 'فاطمة'],
    lastNames: ['الأحمد', 'بن سالم'],
  },
  {
    locale: 'he-IL',
    country: 'IL',
    city: 'תל אביב',
    street: 'דיזנגוף',
    firstNames: ['נועה', 'דוד'],
    lastNames: ['כהן', 'לוי'],
  },
  {
    locale: 'en-US',
    country: 'US',
    city: 'Springfield',
    street: 'Main St',
    firstNames: ['Sam 🎉', '👩‍👩‍👧‍👦', 'E\u0301lise'],
    lastNames: ['Null', 'Test 😀', 'Ng'],
  },
];

const titles = ['Dr.', 'Prof. Dr.', 'Mrs'] as const;
const salutations = ['Ms.', 'Mr.', 'Mx.'] as const;
const companies = ['Acme', 'Example & Sons', '株式会社サンプル'] as const;
const domains = ['example.com', 'example.org', 'example.net'] as const;

/**
 * Generates seeded customers for the project of `demoProject`, without end. E-mails, keys and customer numbers are
 * unique within one generator.
 */
export class CustomerGenerator {
  readonly #random: Random;
  #count = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  next(): CustomerDraft {
    const random = this.#random;
    const number = ++this.#count;
    const person = random.pick(people);
    const firstName = this.#name(random.pick(person.firstNames));
    const lastName = this.#name(random.pick(person.lastNames));
    return {
      email: this.#email(number),
      customerNumber: String(100_000 + number),
      ...this.#sometimes(0.95, { firstName }),
      ...this.#sometimes(0.95, { lastName }),
      ...this.#sometimes(0.1, { middleName: 'Q.' }),
      ...this.#sometimes(0.2, { title: random.pick(titles) }),
      ...this.#sometimes(0.3, { salutation: random.pick(salutations) }),
      ...this.#sometimes(0.7, { locale: person.locale }),
      ...this.#sometimes(0.4, { key: `c-${number}` }),
      ...this.#sometimes(0.4, { externalId: `crm-${number}` }),
      ...this.#sometimes(0.2, { companyName: random.pick(companies) }),
      ...this.#sometimes(0.1, { vatId: `DE${number}` }),
      ...this.#sometimes(0.3, {
        dateOfBirth: `${random.integer(1940, 2007)}-0${random.integer(1, 9)}-1${random.integer(0, 9)}`,
      }),
      ...this.#sometimes(0.5, { isEmailVerified: true }),
      ...this.#sometimes(0.3, {
        customerGroup: { typeId: 'customer-group' as const, key: random.pick(demoGroups) },
      }),
      ...this.#sometimes(0.3, { stores: [{ typeId: 'store' as const, key: random.pick(demoStores) }] }),
      ...this.#sometimes(0.5, { custom: this.#custom(number) }),
      ...this.#addresses(person, { firstName, lastName }),
    };
  }

  take(count: number): CustomerDraft[] {
    return Array.from({ length: count }, () => this.next());
  }

  #sometimes<Fields extends object>(rate: number, fields: Fields): Fields | Record<string, never> {
    return this.#random.chance(rate) ? fields : {};
  }

  /** Sometimes longer than any target field, or with spaces around it. */
  #name(name: string): string {
    const dice = this.#random.next();
    if (dice < 0.02) return `${name} `.repeat(20).trim();
    return dice < 0.04 ? `  ${name} ` : name;
  }

  #email(number: number): string {
    const dice = this.#random.next();
    const domain = this.#random.pick(domains);
    if (dice < 0.05) return `Customer.${number}@Example.com`;
    if (dice < 0.08) return `customer+tag%_${number}@${domain}`;
    return `customer${number}@${domain}`;
  }

  #custom(number: number) {
    const consent = this.#sometimes(0.8, { marketingConsent: this.#random.chance(0.5) });
    const loyalty = this.#sometimes(0.3, { loyaltyNumber: `L-${number}` });
    return { type: { typeId: 'type' as const, key: demoType }, fields: { ...consent, ...loyalty } };
  }

  #addresses(person: People, names: { firstName: string; lastName: string }) {
    const count = this.#random.pick([0, 1, 1, 1, 2, 3]);
    const addresses = Array.from({ length: count }, () => this.#address(person, names));
    if (count === 0) return {};
    const index = () => this.#random.integer(0, count - 1);
    return {
      addresses,
      ...this.#sometimes(0.6, { defaultShippingAddress: index() }),
      ...this.#sometimes(0.4, { defaultBillingAddress: index() }),
    };
  }

  #address(person: People, names: { firstName: string; lastName: string }): BaseAddress {
    const random = this.#random;
    return {
      country: person.country,
      city: person.city,
      streetName: person.street,
      streetNumber: String(random.integer(1, 200)),
      postalCode: String(random.integer(10_000, 99_999)),
      ...this.#sometimes(0.8, names),
      ...this.#sometimes(0.6, { phone: oddPhone(random) }),
      ...this.#sometimes(0.3, { mobile: oddPhone(random) }),
      ...this.#sometimes(0.1, { department: random.pick(['Sales', 'x'.repeat(300)]) }),
    };
  }
}

/** A phone number as people type it: sometimes longer than 20 characters, sometimes blank. */
export function oddPhone(random: Random): string {
  const digits = String(random.integer(1_000_000, 9_999_999));
  return random.pick([
    `+49 30 ${digits}`,
    `+49(0)30/${digits}`,
    `0030-${digits}`,
    `(030) ${digits} ext. 12`,
    `+1 ${digits.slice(0, 3)}.${digits.slice(3)}`,
    `${digits} or ${digits} after 6 pm`,
    ' ',
    `+${digits}${digits}${digits}${digits}`,
  ]);
}
