import {
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  type EventBridgeClient,
  ResourceAlreadyExistsException,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import {
  GetEventSourceMappingCommand,
  type LambdaClient,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { ConnectorError } from '../../core/base/errors.ts';
import type { IntakeSwitches } from '../../core/operations/ports/intake-switches.ts';
import type { ConnectedHandler } from '../../core/runs/connected-handler.ts';

export interface AwsIntakeSwitchesOptions {
  readonly lambda: LambdaClient;
  readonly eventBridge: EventBridgeClient;
  /** Handler id -> its event source mapping. */
  readonly handlers: Readonly<Record<string, Pick<ConnectedHandler, 'mappingId' | 'maxConcurrency'>>>;
  readonly rule: { readonly busName: string; readonly name: string };
  /** Needed for replays only. */
  readonly archive?: { readonly arn: string; readonly busArn: string; readonly ruleArn: string };
}

/** The least that AWS allows for a queue. */
const LEAST_CONCURRENCY = 2;
/** A mapping that is about to stop counts as stopped, and one that is about to start counts as started. */
const consumingStates = ['Creating', 'Enabling', 'Enabled', 'Updating'];

/** Consuming is switched by the event source mappings of the handler queues, intake by the rule of the partner bus. */
export function createAwsIntakeSwitches(options: AwsIntakeSwitchesOptions): IntakeSwitches {
  const { lambda, eventBridge, handlers, archive } = options;
  const rule = { Name: options.rule.name, EventBusName: options.rule.busName };

  function mappingOf(handlerId: string): Pick<ConnectedHandler, 'mappingId' | 'maxConcurrency'> {
    const known = Object.hasOwn(handlers, handlerId) ? handlers[handlerId] : undefined;
    if (known) return known;
    throw new ConnectorError(
      { failureClass: 'permanent', code: 'HANDLER_UNKNOWN' },
      `There is no handler "${handlerId}". Handlers: ${Object.keys(handlers).join(', ')}.`,
    );
  }

  return {
    async isConsuming(handlerId) {
      const command = new GetEventSourceMappingCommand({ UUID: mappingOf(handlerId).mappingId });
      const { State: state } = await lambda.send(command).catch(rethrow);
      return consumingStates.includes(state ?? '');
    },

    async setConsuming(handlerId, isEnabled, leastConcurrency = false) {
      const { mappingId, maxConcurrency } = mappingOf(handlerId);
      const command = new UpdateEventSourceMappingCommand({
        UUID: mappingId,
        Enabled: isEnabled,
        ...(isEnabled && {
          ScalingConfig: { MaximumConcurrency: leastConcurrency ? LEAST_CONCURRENCY : maxConcurrency },
        }),
      });
      await lambda.send(command).catch(rethrow);
    },

    async isIntakeEnabled() {
      const { State: state } = await eventBridge.send(new DescribeRuleCommand(rule)).catch(rethrow);
      return state !== 'DISABLED';
    },

    async setIntake(isEnabled) {
      const command = isEnabled ? new EnableRuleCommand(rule) : new DisableRuleCommand(rule);
      await eventBridge.send(command).catch(rethrow);
    },

    async replay(name, from, to) {
      if (!archive) throw new Error('This function has no archive to replay from.');
      const command = new StartReplayCommand({
        ReplayName: name,
        EventSourceArn: archive.arn,
        EventStartTime: new Date(from),
        EventEndTime: new Date(to),
        Destination: { Arn: archive.busArn, FilterArns: [archive.ruleArn] },
      });
      await eventBridge.send(command).catch((error: unknown) => {
        // A repeated start after a crash: the replay is running.
        if (!(error instanceof ResourceAlreadyExistsException)) rethrow(error);
      });
      return name;
    },
  };
}

/** Errors that a retry cannot fix: the stack or its role is incomplete. */
const CONFIGURATION = /AccessDenied|NotAuthorized|ResourceNotFound|UnrecognizedClient|InvalidClientToken/;

/** A mapping that is being changed refuses another change (ResourceInUse) and accepts it a minute later: that is worth a retry. */
function rethrow(error: unknown): never {
  const name = error instanceof Error ? error.name : 'Unknown';
  const failureClass = CONFIGURATION.test(name) ? 'configuration' : 'retry';
  throw new ConnectorError(
    { failureClass, code: `SWITCH_${name}` },
    failureClass === 'configuration'
      ? `AWS refused to read or change a switch: ${name}. Deploy the stack again; compare the role with lib/.`
      : `A switch could not be read or changed: ${name}. This is retried.`,
    { cause: error },
  );
}
