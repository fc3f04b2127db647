import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { FunctionGrants } from './function-grants.ts';

export interface StateTableProps {
  /** Keeps the table when the stack is deleted, and protects it from deletion. */
  readonly retain: boolean;
  /** Writes per second beyond which DynamoDB throttles: a limit on the bill, not on the size. */
  readonly maxWriteUnits: number;
}

/** The connector's one table, read by keys alone: lambdas/adapters/aws/table-keys.ts names every kind of item. */
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

  /** May read and write single items by their keys. */
  grantReadWrite(to: FunctionGrants): void {
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

  /** May list the items of one partition: runs, failures, recorded changes. */
  grantQuery(to: FunctionGrants): void {
    to.allow(['dynamodb:Query'], this.table.tableArn);
  }

  /** May read every item, which a sweep for missed deletes needs. */
  grantScan(to: FunctionGrants): void {
    to.allow(['dynamodb:Scan'], this.table.tableArn);
  }
}
