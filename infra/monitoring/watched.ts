import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';
import { ServiceFunction } from '../service-function.ts';

/** What of a stack is watched. */
export interface Watched {
  readonly api: HttpApi;
  readonly functions: readonly ServiceFunction[];
  readonly tables: readonly Table[];
  /** All of them keep what failed for good. */
  readonly queues: readonly Queue[];
  readonly pipes: readonly CfnPipe[];
  /** One function by its name in `functions/`. */
  lambda(name: string): IFunction;
}

/** Finds all that is to be watched: what is added to a stack later is watched without another word. */
export function watchedOf(root: IConstruct, api: HttpApi): Watched {
  const all = root.node.findAll();
  const functions = all.filter((it) => it instanceof ServiceFunction);
  return {
    api,
    functions,
    tables: all.filter((it) => it instanceof Table),
    queues: all.filter((it) => it instanceof Queue),
    pipes: all.filter((it) => it instanceof CfnPipe),
    lambda: (name) => {
      const found = functions.find((it) => it.name === name);
      if (found) return found.function;
      throw new Error(`no function ${name} to watch; there are ${functions.map((it) => it.name).join(', ')}`);
    },
  };
}
