/**
 * Everything that reads the synthesised template, in one process: CDK is loaded and each stage is synthesised once,
 * which is most of the time these tests take.
 */
import './alarms.suite.ts';
import './delivery.suite.ts';
import './environment.suite.ts';
import './extra-route.suite.ts';
import './frozen-logical-ids.suite.ts';
import './nag.suite.ts';
import './policy.suite.ts';
