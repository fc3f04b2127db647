import { AwsError, type JsonObject } from '../contract.ts';
import { object, text } from '../fields.ts';
import type { DynaliteCore } from './dynalite-core.ts';

/** Members of CreateTable that dynalite drops. They are stored and returned, but have no effect. */
const recorded = [
  'DeletionProtectionEnabled',
  'SSESpecification',
  'TableClass',
  'OnDemandThroughput',
  'WarmThroughput',
];
const refused = ['StreamSpecification', 'ResourcePolicy', 'GlobalTableSettingsReplicationMode'];

/** Settings of tables that dynalite does not store. */
export class TableSettings {
  readonly #core: DynaliteCore;
  readonly #recorded = new Map<string, JsonObject>();
  readonly #recovery = new Map<string, boolean>();

  constructor(core: DynaliteCore) {
    this.#core = core;
  }

  async create(input: JsonObject): Promise<JsonObject> {
    const unsupported = refused.find((name) => input[name] !== undefined);
    if (unsupported)
      throw new AwsError(
        'ValidationException',
        `${unsupported} is not supported; see packages/local-aws/src/dynamodb`,
      );
    const members = Object.entries(input);
    const stored = Object.fromEntries(members.filter(([name]) => recorded.includes(name)));
    const rest = Object.fromEntries(members.filter(([name]) => !recorded.includes(name)));
    const answer = await this.#core.send('CreateTable', rest);
    const name = text(input, 'TableName');
    this.#recorded.set(name, stored);
    await this.#untilActive(name);
    return { TableDescription: { ...object(answer, 'TableDescription'), ...stored } };
  }

  async describe(input: JsonObject): Promise<JsonObject> {
    const answer = await this.#core.send('DescribeTable', input);
    return { Table: { ...object(answer, 'Table'), ...this.#recorded.get(text(input, 'TableName')) } };
  }

  async updateBackups(input: JsonObject): Promise<JsonObject> {
    const table = await this.#existing(input);
    const wanted = object(input, 'PointInTimeRecoverySpecification')['PointInTimeRecoveryEnabled'];
    this.#recovery.set(table, wanted === true);
    return this.describeBackups(input);
  }

  async describeBackups(input: JsonObject): Promise<JsonObject> {
    const enabled = this.#recovery.get(await this.#existing(input)) ?? false;
    return {
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: enabled ? 'ENABLED' : 'DISABLED' },
      },
    };
  }

  /** dynalite activates a table with a timer. Without this wait, the next call might not find the table. */
  async #untilActive(TableName: string): Promise<void> {
    const status = async (): Promise<unknown> =>
      object(await this.#core.send('DescribeTable', { TableName }), 'Table')['TableStatus'];
    while ((await status()) !== 'ACTIVE') await new Promise((resume) => setTimeout(resume, 1));
  }

  /** Throws ResourceNotFoundException for a table that does not exist. */
  async #existing(input: JsonObject): Promise<string> {
    const TableName = text(input, 'TableName');
    await this.#core.send('DescribeTable', { TableName });
    return TableName;
  }
}
