/** commercetools customer -> Fluent customer. Field table: docs/mapping/customer.md */
import { createResourceHandler } from '../../runtime/resource/resource-handler.ts';
import { customerDefinition } from './definition.ts';

export const handler = createResourceHandler(customerDefinition);
