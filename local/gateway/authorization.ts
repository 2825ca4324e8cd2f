import type { AuthorizerContext } from './event.ts';
import type { Refusal } from './refusals.ts';

/** What an authorizer says of one request. */
export type Authorization =
  | {
      readonly allowed: true;
      readonly context: AuthorizerContext;
      /** What `$context.authorizer.<name>` is in the access log. */
      readonly logValues: ReadonlyMap<string, string>;
    }
  | { readonly allowed: false; readonly refusal: Refusal; readonly logValues?: ReadonlyMap<string, string> };
