import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { FunctionGrants } from './connector-function.ts';

export interface StateTableProps {
  /** Keeps the table when the stack goes, and refuses its deletion. */
  readonly retain: boolean;
  /** Writes per second beyond which DynamoDB refuses: a fuse for the bill, not a size. */
  readonly maxWriteUnits: number;
}

/** All that the connector remembers, found by keys alone: lambdas/adapters/aws/table-keys.ts names every kind of item. */
export class StateTable extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, props: StateTableProps) {
    super(scope, id);
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand({ maxWriteRequestUnits: props.maxWriteUnits }),
      timeToLiveAttribute: 'ttl',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: props.retain,
      removalPolicy: props.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }

  /** May read and write items by their keys; not list and not scan. */
  grantKeep(to: FunctionGrants): void {
    to.allow(
      [
        'dynamodb:BatchGetItem',
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
      ],
      this.table.tableArn,
    );
  }

  /** May list what stands together under one key: runs, failures, recorded changes. */
  grantList(to: FunctionGrants): void {
    to.allow(['dynamodb:Query'], this.table.tableArn);
  }

  /** May read every item: what a sweep for missed deletes has to do. */
  grantScan(to: FunctionGrants): void {
    to.allow(['dynamodb:Scan'], this.table.tableArn);
  }
}
